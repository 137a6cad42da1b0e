using System.Collections.Generic;

namespace Fleet.Gateway;

/// <summary>
/// Everything that can be set, under the key <c>Fleet</c> of appsettings.json, environment variables
/// (<c>Fleet__DataFolder</c>) or the command line. A key that is not here refuses to start.
/// </summary>
public sealed class FleetOptions
{
    /// <summary>Folder of the database and of generated keys; made when absent. Default <c>data</c> in the working folder.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>How controllers reach the gateway.</summary>
    public LinkOptions Link { get; set; } = new();

    /// <summary>Where electricity prices come from.</summary>
    public PriceOptions Prices { get; set; } = new();

    /// <summary>What hashing earns.</summary>
    public BitcoinOptions Bitcoin { get; set; } = new();

    /// <summary>What inference earns.</summary>
    public TokenOptions Tokens { get; set; } = new();

    /// <summary>The sites; none is allowed, so that a new gateway starts.</summary>
    public List<SiteOptions> Sites { get; set; } = [];
}

/// <summary>How controllers reach the gateway.</summary>
public sealed class LinkOptions
{
    /// <summary>TCP port of the embedded broker; 0 takes a free one. 0 to 65,535, default 1883.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>IP address the embedded broker listens on. Default <c>0.0.0.0</c>, all of this machine's; <c>127.0.0.1</c> is for controllers on it alone.</summary>
    public string Address { get; set; } = "0.0.0.0";

    /// <summary>Host of an external MQTT 5 broker to use in place of the embedded one. Default empty, the embedded one.</summary>
    public string ExternalHost { get; set; } = "";

    /// <summary>Its port. 1 to 65,535, default 1883.</summary>
    public int ExternalPort { get; set; } = 1883;

    /// <summary>The gateway's user name there. Default empty, anonymous.</summary>
    public string ExternalUser { get; set; } = "";

    /// <summary>The gateway's password there. Default empty, none. A secret: give it by environment variable or user-secrets.</summary>
    public string ExternalPassword { get; set; } = "";
}

/// <summary>Where electricity prices come from.</summary>
public sealed class PriceOptions
{
    /// <summary>CSV file with the header <c>start_utc,price,currency_per_mwh</c>. Default empty, which takes the bundled sample and says so everywhere.</summary>
    public string File { get; set; } = "";
}

/// <summary>What hashing earns: settings, or a file of daily figures.</summary>
public sealed class BitcoinOptions
{
    /// <summary>
    /// CSV file of daily figures with the header
    /// <c>date_utc,price_usd,difficulty,fees_btc_per_block,subsidy_btc,hashprice_usd_per_th_day</c>. Default empty, which takes
    /// the settings below.
    /// </summary>
    public string File { get; set; } = "";

    /// <summary>Network difficulty; at least 1, default 152e12.</summary>
    public double Difficulty { get; set; } = 152e12;

    /// <summary>Block subsidy in BTC; 0 or more, default 3.125.</summary>
    public double SubsidyBtc { get; set; } = 3.125;

    /// <summary>Mean fees of a block in BTC, over the last 144; 0 or more, default 0.03.</summary>
    public double FeesBtcPerBlock { get; set; } = 0.03;

    /// <summary>Price of a bitcoin in <see cref="Currency"/>; 0 or more, default 91,000.</summary>
    public double Price { get; set; } = 91_000;

    /// <summary>ISO 4217 currency of the price, here or in the file: three capital letters, default <c>USD</c>.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>How much of the electricity prices' currency one unit of <see cref="Currency"/> buys; above 0. Required where they differ, default none.</summary>
    public double ExchangeRate { get; set; }

    /// <summary>Part of the revenue that pool and firmware keep, in percent; 0 to 100, default 2.</summary>
    public double FeePercent { get; set; } = 2;
}

/// <summary>What inference earns.</summary>
public sealed class TokenOptions
{
    /// <summary>Money for a million output tokens, in the currency of the electricity prices; 0 or more, default 0.5.</summary>
    public double ValuePerMillion { get; set; } = 0.5;
}

/// <summary>One site.</summary>
public sealed class SiteOptions
{
    /// <summary>Its name in topics and requests: 1 to 32 of a–z, 0–9, hyphen. Required, unique.</summary>
    public string Id { get; set; } = "";

    /// <summary>Its name for people. Default empty, which shows the id.</summary>
    public string Name { get; set; } = "";

    /// <summary>IANA time zone. Default <c>Etc/UTC</c>.</summary>
    public string TimeZone { get; set; } = "Etc/UTC";

    /// <summary>Import limit in watts; above 0. Required.</summary>
    public int LimitWatts { get; set; }

    /// <summary>Watts on the connection that Fleet does not control; 0 to the limit, default 0.</summary>
    public int FixedWatts { get; set; }

    /// <summary>How fast the loads together may rise, in watts a second; 0 to 10,000,000, default 0, at once.</summary>
    public int RampWattsPerSecond { get; set; }

    /// <summary>What the supplier adds to the market price per MWh, in its currency; −10,000 to 10,000, default 0.</summary>
    public double AdderPerMwh { get; set; }

    /// <summary>
    /// The controller whose meter measures the site's grid connection, as its Id below; it has a meter and no loads. Empty,
    /// the default, is none: the site's power is then the sum of its controllers.
    /// </summary>
    public string MeterController { get; set; } = "";

    /// <summary>Its controllers.</summary>
    public List<ControllerOptions> Controllers { get; set; } = [];
}

/// <summary>One controller.</summary>
public sealed class ControllerOptions
{
    /// <summary>Its name: 1 to 32 of a–z, 0–9, hyphen. Required, unique on its site.</summary>
    public string Id { get; set; } = "";

    /// <summary>
    /// The secret it shares with the gateway, 64 hex digits. Empty, the default: made at the first start and kept in the
    /// database. A secret: give it by environment variable or user-secrets.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>Its loads, named as in the controller's own settings: 1 to 8, none for the site's MeterController.</summary>
    public List<LoadOptions> Loads { get; set; } = [];
}

/// <summary>One load: an ASIC, an AI box, a plain relay.</summary>
public sealed class LoadOptions
{
    /// <summary>Its name: 1 to 32 of a–z, 0–9, hyphen. Required, unique on its controller.</summary>
    public string Name { get; set; } = "";

    /// <summary>Maker's model, for people. Default empty.</summary>
    public string Model { get; set; } = "";

    /// <summary>
    /// What its work is counted in: <c>Hashes</c>, <c>Tokens</c> or <c>None</c>. Default <c>None</c>: its work earns nothing here,
    /// as behind a plain relay, so that the plan lets it run only while electricity costs less than nothing.
    /// </summary>
    public Sites.WorkKind Work { get; set; }

    /// <summary>Its efficiency curve by rising watts, off not included; 1 to 64 levels. Required.</summary>
    public List<LevelOptions> Levels { get; set; } = [];

    /// <summary>How long it stays on once on, in minutes; 0 to 1,440, default 15.</summary>
    public int MinimumOnMinutes { get; set; } = 15;

    /// <summary>How long it stays off once off, in minutes; 0 to 1,440, default 15.</summary>
    public int MinimumOffMinutes { get; set; } = 15;

    /// <summary>What one start costs in wear and lost work, in the currency of the electricity prices; 0 or more, default 0.</summary>
    public double StartCost { get; set; }
}

/// <summary>One step of an efficiency curve.</summary>
public sealed class LevelOptions
{
    /// <summary>Power in watts; above 0 and above the level before. Required.</summary>
    public int Watts { get; set; }

    /// <summary>Terahash or tokens per second at that power; 0 or more, default 0.</summary>
    public double WorkRate { get; set; }
}
