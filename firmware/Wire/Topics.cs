namespace Fleet.Wire;

/// <summary>
/// Builds and parses <c>fleet/v1/&lt;site&gt;/&lt;controller&gt;/&lt;kind&gt;</c>, the one shape of topic there is.
/// The controller segment <c>-</c> stands for every controller of the site; no controller may be named so.
/// </summary>
public static class Topics
{
    /// <summary>What every topic begins with; the version changes when an old controller could no longer be understood.</summary>
    public const string Prefix = "fleet/v1/";

    /// <summary>The controller segment of a message to the whole site.</summary>
    public const string WholeSite = "-";

    /// <summary>How many kinds there are.</summary>
    public const int KindCount = (int)Kind.Image + 1;

    /// <summary>The segment that names a kind.</summary>
    public static string NameOf(Kind kind)
    {
        return kind switch
        {
            Kind.Hello => "hello",
            Kind.Telemetry => "telemetry",
            Kind.Energy => "energy",
            Kind.Ack => "ack",
            Kind.Event => "event",
            Kind.Heartbeat => "heartbeat",
            Kind.Setpoint => "setpoint",
            Kind.Schedule => "schedule",
            Kind.Config => "config",
            Kind.Command => "command",
            Kind.Image => "image",
            _ => throw new System.ArgumentException("Not a kind of message."),
        };
    }

    /// <summary>Whether the controller sends this kind (true) or receives it (false).</summary>
    public static bool IsUp(Kind kind)
    {
        return kind <= Kind.Event;
    }

    /// <summary>The topic of one controller's kind.</summary>
    public static string Of(string site, string controller, Kind kind)
    {
        return Prefix + site + "/" + controller + "/" + NameOf(kind);
    }

    /// <summary>The topic of the heartbeat to a whole site.</summary>
    public static string HeartbeatOf(string site)
    {
        return Of(site, WholeSite, Kind.Heartbeat);
    }

    /// <summary>
    /// Whether a name may stand in a topic: 1 to 32 characters of a–z, 0–9 and hyphen, beginning and ending with a
    /// letter or digit.
    /// </summary>
    public static bool IsName(string name)
    {
        if (name == null || name.Length == 0 || name.Length > Bounds.NameLength)
            return false;
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            bool inner = i > 0 && i < name.Length - 1;
            if (!alphanumeric && !(c == '-' && inner))
                return false;
        }
        return true;
    }

    /// <summary>Takes a topic apart; false when it is not Fleet's or a segment is not a valid name or kind.</summary>
    public static bool TryParse(string topic, out string site, out string controller, out Kind kind)
    {
        site = null;
        controller = null;
        kind = Kind.Hello;
        if (topic == null || topic.Length > Bounds.TopicLength || !topic.StartsWith(Prefix))
            return false;
        int afterSite = topic.IndexOf('/', Prefix.Length);
        int afterController = afterSite < 0 ? -1 : topic.IndexOf('/', afterSite + 1);
        if (afterController < 0)
            return false;
        string siteName = topic.Substring(Prefix.Length, afterSite - Prefix.Length);
        string controllerName = topic.Substring(afterSite + 1, afterController - afterSite - 1);
        int kindIndex = IndexOfKind(topic.Substring(afterController + 1));
        if (kindIndex < 0 || !IsName(siteName))
            return false;
        bool wholeSite = controllerName == WholeSite;
        if (wholeSite != (kindIndex == (int)Kind.Heartbeat) || (!wholeSite && !IsName(controllerName)))
            return false;
        site = siteName;
        controller = controllerName;
        kind = (Kind)kindIndex;
        return true;
    }

    private static int IndexOfKind(string name)
    {
        for (int i = 0; i < KindCount; i++)
        {
            if (NameOf((Kind)i) == name)
                return i;
        }
        return -1;
    }
}
