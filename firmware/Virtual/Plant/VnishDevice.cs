using System.Globalization;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>An Antminer with VNish: its REST API, port 80 of the real device.</summary>
/// <remarks>
/// Paths, names and states follow the firmware's own API description and the summary of an S19k Pro on 1.3.3 as its users
/// published it. A preset that is not in the list is taken without a word and changes nothing, as the real one does;
/// a preset counts at once, and the reply asks for a restart while it mines.
/// </remarks>
public sealed class VnishDevice : RestDevice
{
    private int _preset;

    public VnishDevice(PlantModel model)
        : base(model, "/api/v1/unlock", "Bearer ")
    {
        Password = "admin";
        _preset = model.LimitWatts;
        Route("GET", "summary", _ => Json(Summary()));
        Route("GET", "perf-summary", _ => Json($"{{\"current_preset\":{{\"name\":\"{_preset}\",\"pretty\":\"{_preset} watt ~ 100 TH\",\"status\":\"tuned\"}},\"preset_switcher\":{{\"enabled\":false,\"min_preset\":\"1400\",\"top_preset\":null}}}}"));
        Route("GET", "status", _ => Json($"{{\"miner_state\":\"{State}\",\"miner_state_time\":60,\"find_miner\":false,\"restart_required\":{(WaitsForRestart ? "true" : "false")},\"reboot_required\":false,\"unlocked\":true}}"));
        Route("POST", "settings", Save);
        Route("POST", "mining/stop", _ => Act(Model.Sleep));
        Route("POST", "mining/start", _ => Act(Start));
        Route("POST", "mining/restart", _ => Act(Restart));
    }

    /// <summary>How often its mining was restarted for a preset.</summary>
    public int Restarts { get; private set; }

    /// <summary>Takes settings and answers that it is busy.</summary>
    public bool HidesSaves { get; set; }

    private bool WaitsForRestart => Model.State is not PlantState.Sleeping && _preset != Model.LimitWatts;

    private string State => Model.State switch
    {
        PlantState.Running => "mining",
        PlantState.Starting => "initializing",
        PlantState.Tripped => "failure",
        _ => "stopped",
    };

    protected override int TokenIdleMs => 900_000;

    protected override string WrongPassword => "403 Forbidden";

    protected override bool IsLogin(JsonElement credentials) => credentials.TryGetProperty("pw", out var password) && password.GetString() == Password;

    protected override string NewToken(int number) =>
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NjcyMjg5NjgsImlzcyI6InZuaXNoIiwibm9uY2UiOiI1YTRjM2IyYTE5MDgifQ."
        + $"kX9mQe7vT2sYw4nZc1hUjR8bLp6oDg3iFa5tMx0y{number:D4}";

    private HttpAnswer Act(System.Action action)
    {
        action();
        return Status("200 OK");
    }

    private void Start()
    {
        Model.Limit(_preset);
        Model.Wake();
    }

    private void Restart()
    {
        Restarts++;
        Model.Limit(_preset);
        Model.Sleep();
        Model.Wake();
    }

    private HttpAnswer Save(byte[] body)
    {
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } settings)
            return new("500 Internal Server Error", "application/json", Send("{\"err\":\"expected value at line 1 column 1\"}"u8));
        var isRestartRequired = false;
        if (settings.TryGetProperty("miner", out var miner) && miner.TryGetProperty("overclock", out var overclock) && overclock.TryGetProperty("preset", out var preset)
            && int.TryParse(preset.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var watts) && Model.Rating.CapsWatts.Contains(watts) && !Model.IgnoresCommands)
        {
            isRestartRequired = Model.State is not PlantState.Sleeping && watts != _preset;
            _preset = watts;
        }

        if (HidesSaves)
            return Status("504 Gateway Timeout");
        return Json($"{{\"reboot_required\":false,\"restart_required\":{(isRestartRequired ? "true" : "false")}}}");
    }

    private string Summary()
    {
        var watts = (Model.Milliwatts + 500) / 1000;
        var chip = Model.MilliCelsius / 1000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"miner\":{{\"miner_status\":{{\"miner_state\":\"{State}\",\"miner_state_time\":3600,\"throttled\":100}},\"miner_type\":\"{Model.Rating.Model} (Vnish 1.3.3)\","
            + $"\"hr_stock\":138364,\"average_hashrate\":23.15,\"instant_hashrate\":22.97,\"hr_realtime\":{Model.MilliworkPerSecond / 1000.0:F1},\"hr_nominal\":104000.0,"
            + $"\"pcb_temp\":{{\"min\":40,\"max\":{chip * 4 / 5}}},\"chip_temp\":{{\"min\":{chip - 5},\"max\":{chip}}},\"power_consumption\":{watts},\"power_usage\":29.5,"
            + $"\"cooling\":{{\"fan_duty\":50,\"fans\":[{{\"id\":0,\"rpm\":3000,\"max_rpm\":6000,\"status\":\"ok\"}}]}},"
            + $"\"chains\":[{{\"id\":1,\"hashrate_rt\":7000.5,\"chip_temp\":{{\"min\":30,\"max\":{chip - 1}}},\"status\":{{\"state\":\"{State}\"}}}}]}}}}");
    }
}
