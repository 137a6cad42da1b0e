using System.Globalization;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>A miner with Braiins OS: its REST API, port 80 of the real device.</summary>
/// <remarks>
/// Paths, bodies and names follow developer.braiins-os.com (openapi) and braiins/bos-plus-api proto/bos/v1. Actions answer
/// whether it was so already; a target outside the constraints is 412, one while it boots or is not in this mode 409, of a model without 501.
/// Constraints of other things stand before those of the tuner, as the answer's names are sorted.
/// </remarks>
public sealed class BraiinsDevice : RestDevice
{
    public BraiinsDevice(PlantModel model)
        : base(model, "/api/v1/auth/login", "")
    {
        Route("GET", "miner/stats", _ => Json(Stats()));
        Route("GET", "miner/details", _ => Json($"{{\"bosminer_uptime_s\":{Model.UptimeMs / 1000},\"hostname\":\"antminer\",\"miner_identity\":{{\"brand\":1,\"name\":\"{Model.Rating.Model}\"}},\"status\":{MinerStatus}}}"));
        Route("GET", "performance/mode", _ => Json($"{{\"tunermode\":{{\"target\":{{\"powertarget\":{{\"power_target\":{{\"watt\":{Model.LimitWatts}}}}}}}}}}}"));
        Route("GET", "configuration/constraints", _ => Json(Constraints()));
        Route("GET", "miner/hw/hashboards", _ => Json(Hashboards()));
        Route("PUT", "performance/power-target", SetTarget);
        Route("PUT", "actions/pause", _ => Act(isAlready: MinerStatus == 3, Model.Sleep));
        Route("PUT", "actions/resume", _ => Act(isAlready: MinerStatus != 3, () => Model.Wake()));
    }

    /// <summary>Another mode than a power target, which refuses one.</summary>
    public bool IsManual { get; set; }

    /// <summary>A model that takes no power targets.</summary>
    public bool LacksTargets { get; set; }

    /// <summary>Tells no power while it rests.</summary>
    public bool HidesRestingPower { get; set; }

    protected override int TokenIdleMs => 3_600_000;

    protected override string WrongPassword => "401 Unauthorized";

    private int MinerStatus => Model.State is PlantState.Sleeping ? 3 : Model.State is PlantState.Tripped ? 4 : 2;

    private long Watts => (Model.Milliwatts + 500) / 1000;

    private string Consumption => HidesRestingPower && Model.State is PlantState.Sleeping ? "null" : $"{{\"watt\":{Watts}}}";

    protected override bool IsLogin(JsonElement credentials) =>
        credentials.TryGetProperty("username", out var user) && user.GetString() == "root"
        && credentials.TryGetProperty("password", out var password) && password.GetString() == Password;

    protected override string NewToken(int number) => $"I8CMIBTMDXRv{number:D4}";

    private HttpAnswer Act(bool isAlready, System.Action action)
    {
        action();
        return Json(isAlready ? "true" : "false");
    }

    private HttpAnswer SetTarget(byte[] body)
    {
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } target || !target.TryGetProperty("watt", out var given) || !given.TryGetInt32(out var watts))
            return Status("400 Bad Request");
        if (LacksTargets)
            return Status("501 Not Implemented");
        if (IsManual)
            return Status("409 Conflict");
        if (watts < Model.Rating.MinWatts || watts > Model.Rating.MaxWatts)
            return Status("412 Precondition Failed");
        Model.Limit(watts);
        return Json($"{{\"watt\":{Model.LimitWatts}}}");
    }

    private string Stats()
    {
        var gigahashes = Model.MilliworkPerSecond / 1000.0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"miner_stats\":{{\"best_share\":123456,\"error_hashrate\":{{\"megahash_per_second\":12.5}},\"found_blocks\":0,\"nominal_hashrate\":{{\"gigahash_per_second\":104000.0}},"
            + $"\"real_hashrate\":{{\"last_15m\":{{\"gigahash_per_second\":99000.5}},\"last_1m\":{{\"gigahash_per_second\":{gigahashes * 0.99:F3}}},\"last_5s\":{{\"gigahash_per_second\":{gigahashes:F3}}}}}}},"
            + $"\"pool_stats\":{{\"accepted_shares\":100,\"rejected_shares\":2}},\"power_stats\":{{\"approximated_consumption\":{Consumption},\"efficiency\":{{\"joule_per_terahash\":29.55}}}}}}");
    }

    private string Constraints()
    {
        var rating = Model.Rating;
        return "{\"cooling_constraints\":{\"target_temperature\":{\"default\":{\"degree_c\":89.0},\"max\":{\"degree_c\":200.0},\"min\":{\"degree_c\":0.0}}},"
            + "\"dps_constraints\":{\"min_power_target\":{\"default\":{\"watt\":944},\"max\":{\"watt\":5000},\"min\":{\"watt\":100}},\"power_step\":{\"default\":{\"watt\":300},\"max\":{\"watt\":1000},\"min\":{\"watt\":100}}},"
            + "\"tuner_constraints\":{\"default_mode\":1,\"enabled\":{\"default\":true},\"hashrate_target\":{\"default\":{\"terahash_per_second\":100.0},\"max\":{\"terahash_per_second\":140.0}},"
            + $"\"power_target\":{{\"default\":{{\"watt\":{rating.NominalWatts}}},\"max\":{{\"watt\":{rating.MaxWatts}}},\"min\":{{\"watt\":{rating.MinWatts}}}}}}}}}";
    }

    private string Hashboards()
    {
        var chip = (Model.MilliCelsius / 1000.0).ToString("F1", CultureInfo.InvariantCulture);
        var board = $"{{\"board_temp\":{{\"degree_c\":{Model.MilliCelsius / 1250}.0}},\"enabled\":true,\"highest_chip_temp\":{{\"id\":7,\"location\":1,\"temperature\":{{\"degree_c\":{chip}}}}},\"id\":\"1\"}}";
        return $"{{\"hashboards\":[{board},{board.Replace(chip, "21.5")}]}}";
    }
}
