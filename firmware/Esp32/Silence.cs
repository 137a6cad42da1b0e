namespace Fleet.Esp32;

/// <summary>How long the broker has been silent, and what follows from that. Its user locks.</summary>
internal sealed class Silence
{
    /// <summary>After this silence the broker is asked for a sign of life.</summary>
    private const int ProbeMs = 15000;

    /// <summary>After this silence the connection is given up. The client's own pings pause while it has something to send.</summary>
    private const int DeadMs = 30000;

    /// <summary>Bytes of QoS 0 that may be handed over between two signs of life: they pile up in the client's queue when the network stalls.</summary>
    private const int UnheardBytes = 2048;

    private long _heardMs;
    private int _unheardBytes;
    private bool _hasProbed;

    /// <summary>A sign of life.</summary>
    public void End(long nowMs)
    {
        _heardMs = nowMs;
        _unheardBytes = 0;
        _hasProbed = false;
    }

    /// <summary>Counts bytes of QoS 0; false when they would be too many.</summary>
    public bool TryAdd(int bytes)
    {
        if (_unheardBytes + bytes > UnheardBytes)
            return false;
        _unheardBytes += bytes;
        return true;
    }

    /// <summary>Whether to give the connection up.</summary>
    public bool IsDeath(long nowMs)
    {
        return nowMs - _heardMs >= DeadMs;
    }

    /// <summary>Whether to ask for a sign of life now; true once in a silence.</summary>
    public bool WantsProbe(long nowMs)
    {
        if (_hasProbed || nowMs - _heardMs < ProbeMs)
            return false;
        _hasProbed = true;
        return true;
    }
}
