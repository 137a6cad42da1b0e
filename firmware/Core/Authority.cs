using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Judges every signed message and holds what is in force: the setpoint, the schedule, the wanted reboot. A message must
/// carry this controller's signature, this boot's id and a higher sequence than any before; otherwise it changes nothing.
/// An authentic message uses up its sequence even when it is refused, so that nobody can keep it back and play it at a
/// better moment; an exact repeat of the newest one is answered as before and changes nothing.
/// <code>
/// issue time, by the clocks       setpoint not above the newest   other setpoints   schedule, config, command, image
/// believed                        taken, commands                 taken, commands   taken
/// expired, or from the future     taken, holds down               refused           refused when from the future
///
/// commands     ├────────────┤ until it has expired by any clock
/// holds down   ├───────────────────┤ validSeconds after it was taken, by the controller's own clock
/// </code>
/// A setpoint that commands gives watts; one that holds down only narrows what is followed instead, the schedule or the
/// fail-safe limit. So a wrong clock ends what the gateway gave, but lets nothing rise and keeps no limit from being lowered.
/// </summary>
public sealed class Authority
{
    /// <summary>How far ahead of a time server's clock a message may be issued: more is a gateway with a wrong clock, whose expiries mean nothing.</summary>
    public const int AheadMs = 300000;

    private const string ScheduleRecord = "schedule";

    private readonly Settings _settings;
    private readonly SettingsChanges _changes;
    private readonly Records _records;
    private readonly UtcClock _clock;
    private readonly long _bootId;
    private readonly byte[] _key;
    private readonly Codec _codec;
    private Command _command;
    private long _newestSequence;
    private string _newestId = "";
    private Kind _newestKind;
    private string _newestReason;
    private bool _hasSetpoint;
    private bool _commands;
    private long _setpointEndMs;
    private bool _hasSchedule;

    /// <summary>Takes what it judges by, and the schedule that survived the last boot.</summary>
    public Authority(Settings settings, SettingsChanges changes, Records records, UtcClock clock, long bootId, byte[] stored, Codec codec)
    {
        _settings = settings;
        _changes = changes;
        _records = records;
        _clock = clock;
        _bootId = bootId;
        _key = new ControllerKeys(settings.SecretBytes()).CommandKey;
        _codec = codec;
        Schedule = new Schedule { Codec = codec };
        ReadStoredSchedule(stored);
    }

    /// <summary>The image that comes in.</summary>
    public UpdateIntake Updates { get; init; }

    /// <summary>The newest setpoint that was taken; meaningless while none is held.</summary>
    public Setpoint Setpoint { get; private set; } = new Setpoint();

    /// <summary>Most watts by that setpoint: its limit, or what it leaves all loads where that is less.</summary>
    public int SetpointWatts { get; private set; }

    /// <summary>When that setpoint was taken.</summary>
    public long SetpointAtMs { get; private set; }

    /// <summary>The schedule, valid or not; meaningless while there is none.</summary>
    public Schedule Schedule { get; private set; }

    /// <summary>The kind that a topic addressed to this controller names; false for every other topic.</summary>
    public bool TryKindOf(string topic, out Kind kind)
    {
        return Topics.TryParse(topic, out string site, out string controller, out kind) && !Topics.IsUp(kind)
            && site == _settings.Site && (kind == Kind.Heartbeat || controller == _settings.Controller);
    }

    /// <summary>Whether the setpoint commands: it is held, was believed, and has not expired by any clock.</summary>
    public bool IsSetpointLive(long nowMs)
    {
        _commands &= Setpoint.ValidSeconds == 0 || !_clock.TryTrusted(nowMs, out long utcMs) || utcMs < EndOf(Setpoint);
        return IsSetpointHeld(nowMs) && _commands;
    }

    /// <summary>Whether the setpoint holds the limit down at least: it was taken, not dropped, and its time is not over by the controller's own clock, which nobody sets.</summary>
    public bool IsSetpointHeld(long nowMs)
    {
        _hasSetpoint &= Setpoint.ValidSeconds == 0 || nowMs < _setpointEndMs;
        return _hasSetpoint;
    }

    /// <summary>Forgets the setpoint: the gateway that gave it has gone missing.</summary>
    public void DropSetpoint()
    {
        _hasSetpoint = false;
    }

    /// <summary>
    /// The limit of the schedule's slot of now; false when there is no schedule, no trusted clock, or no slot for now. A time
    /// server that is ahead of the schedule's own author can lead to a lower slot and not to a higher one; one that is behind
    /// the moment the schedule was issued is wrong, and leads to none.
    /// </summary>
    public bool TryScheduledWatts(long nowMs, out int limitWatts)
    {
        bool isScheduled = TrySlots(nowMs, out int slot, out int signedSlot);
        int[] limits = Schedule.LimitWatts;
        limitWatts = isScheduled ? limits[limits[signedSlot] < limits[slot] ? signedSlot : slot] : 0;
        return isScheduled;
    }

    /// <summary>What a megawatt-hour costs in that slot, the more where two clocks differ; false when nobody knows, or what hashing earns.</summary>
    public bool TryScheduledPrice(long nowMs, out int price)
    {
        int[] prices = Schedule.PricePerMegawattHour;
        price = 0;
        if (!Schedule.HasHashprice || !TrySlots(nowMs, out int slot, out int signedSlot) || slot >= prices.Length)
            return false;
        price = prices[signedSlot < prices.Length && prices[signedSlot] > prices[slot] ? signedSlot : slot];
        return true;
    }

    /// <summary>The slot of now by the trusted clock, and by the signed messages' own time where there is one.</summary>
    private bool TrySlots(long nowMs, out int slot, out int signedSlot)
    {
        slot = 0;
        signedSlot = 0;
        if (!_clock.TryTrusted(nowMs, out long utcMs) || !TrySlot(utcMs, out slot))
            return false;
        signedSlot = slot;
        return !_clock.TrySigned(nowMs, out long signedMs) || TrySlot(signedMs, out signedSlot);
    }

    private bool TrySlot(long utcMs, out int slot)
    {
        slot = 0;
        if (!_hasSchedule || utcMs < Schedule.StartUtcMs || utcMs < Schedule.IssuedUtcMs - AheadMs)
            return false;
        long slots = (utcMs - Schedule.StartUtcMs) / (Schedule.SlotSeconds * 1000);
        if (slots >= Schedule.LimitWatts.Length)
            return false;
        slot = (int)slots;
        return true;
    }

    /// <summary>Hands over a command for the host, once; false when none waits.</summary>
    public bool TryTakeCommand(out CommandAction action, out string argument)
    {
        bool waited = _command != null;
        action = waited ? _command.Action : CommandAction.Identify;
        argument = waited ? _command.Argument : null;
        _command = null;
        return waited;
    }

    /// <summary>Judges a message of a signed kind and puts it in force, or says why not; names it in the answer if it is authentic.</summary>
    public string Judge(Kind kind, byte[] payload, long nowMs, GatewayPresence gateway, Ack answer)
    {
        // Of an unsigned message nothing is repeated in the answer: it would let a stranger have a true id refused.
        if (!Signature.Verify(payload, payload.Length, TopicOf(kind), _key))
            return "the signature is not by this controller's key for this topic";
        SignedMessage message = NewOf(kind);
        if (!message.TryRead(payload, payload.Length, out string reason))
            return reason;
        answer.Id = message.Id;
        answer.Sequence = message.Sequence;
        if (message.BootId != _bootId)
            return "for boot " + message.BootId.ToString() + ", not " + _bootId.ToString();
        if (message.Sequence == _newestSequence && message.Id == _newestId && kind == _newestKind)
            return _newestReason == null && kind == Kind.Setpoint && !IsSetpointHeld(nowMs) ? "no longer in force: send a new setpoint" : _newestReason;
        if (message.Sequence <= _newestSequence)
            return "sequence " + message.Sequence.ToString() + " is not above " + _newestSequence.ToString();
        if (_clock.TryServer(nowMs, out long serverMs) && message.IssuedUtcMs > serverMs + AheadMs)
            reason = "issued " + ((message.IssuedUtcMs - serverMs) / 1000).ToString() + " s in the future";
        else
            _clock.NoteSigned(nowMs, message.IssuedUtcMs);
        if (message is Setpoint setpoint)
            reason = TakeSetpoint(setpoint, nowMs, gateway, reason);
        else
            reason ??= Take(message, payload, answer);
        _newestSequence = message.Sequence;
        _newestId = message.Id;
        _newestKind = kind;
        _newestReason = reason;
        return reason;
    }

    private string TopicOf(Kind kind)
    {
        return Topics.Of(_settings.Site, _settings.Controller, kind);
    }

    private SignedMessage NewOf(Kind kind)
    {
        return kind switch
        {
            Kind.Setpoint => new Setpoint { Codec = _codec },
            Kind.Schedule => new Schedule { Codec = _codec },
            Kind.Config => new Config { Codec = _codec },
            Kind.Image => new ImagePart { Codec = _codec },
            _ => new Command { Codec = _codec },
        };
    }

    private string Take(SignedMessage message, byte[] payload, Ack answer)
    {
        return message switch
        {
            Schedule schedule => TakeSchedule(schedule, payload),
            Config config => TakeConfig(config),
            ImagePart part => Updates.Take(part, answer),
            _ => TakeCommand((Command)message),
        };
    }

    /// <summary>Takes a setpoint, of whose issue time there may be a doubt already.</summary>
    private string TakeSetpoint(Setpoint setpoint, long nowMs, GatewayPresence gateway, string doubt)
    {
        if (gateway != GatewayPresence.Present)
            return "no heartbeat: send a new setpoint after the next one";
        if (setpoint.LoadWatts.Length != 0 && setpoint.LoadWatts.Length != _settings.LoadList.Length)
            return "loadWatts: " + setpoint.LoadWatts.Length.ToString() + " entries for " + _settings.LoadList.Length.ToString() + " loads";
        if (doubt == null && setpoint.ValidSeconds > 0 && _clock.TryTrusted(nowMs, out long utcMs) && utcMs >= EndOf(setpoint))
            doubt = "expired " + ((utcMs - EndOf(setpoint)) / 1000).ToString() + " s ago";
        int mostWatts = MostWatts(setpoint);
        if (doubt != null && mostWatts > HeldWatts(nowMs))
            return doubt;
        Setpoint = setpoint;
        SetpointWatts = mostWatts;
        SetpointAtMs = nowMs;
        _setpointEndMs = nowMs + setpoint.ValidSeconds * 1000L;
        _hasSetpoint = true;
        _commands = doubt == null;
        return null;
    }

    /// <summary>What a setpoint may not be above, in the sum of its loads, to lower the limit: the one before it, else what is followed without one.</summary>
    private int HeldWatts(long nowMs)
    {
        if (IsSetpointHeld(nowMs))
            return SetpointWatts;
        return TryScheduledWatts(nowMs, out int scheduledWatts) && scheduledWatts > _settings.FailSafeWatts ? scheduledWatts : _settings.FailSafeWatts;
    }

    private int MostWatts(Setpoint setpoint)
    {
        int watts = 0;
        for (int i = 0; i < _settings.LoadList.Length; i++)
        {
            int nameplateWatts = _settings.LoadList[i].NameplateWatts;
            watts += setpoint.LoadWatts.Length > 0 && setpoint.LoadWatts[i] < nameplateWatts ? setpoint.LoadWatts[i] : nameplateWatts;
        }
        return setpoint.IsUnlimited || setpoint.LimitWatts > watts ? watts : setpoint.LimitWatts;
    }

    private string TakeSchedule(Schedule schedule, byte[] payload)
    {
        if (!_records.TryWrite(ScheduleRecord, payload, payload.Length))
            return "the storage failed";
        Schedule = schedule;
        _hasSchedule = true;
        return null;
    }

    private string TakeConfig(Config config)
    {
        return !_settings.TryChange(config.Names, config.Values, out string reason) ? reason
            : _changes.TryWrite() ? null
            : "in force until a restart: the storage failed";
    }

    private string TakeCommand(Command command)
    {
        if (_command != null)
            return "another command waits";
        string problem = command.Action == CommandAction.Update ? Updates.Put(command.Argument) : null;
        if (problem != null)
            return problem;
        _command = command;
        return null;
    }

    /// <summary>
    /// Takes the stored schedule with its signature, which is verified again. Its boot id is of an earlier boot by its nature
    /// and was checked when it came; its sequence says nothing in this boot, where counting begins anew.
    /// </summary>
    private void ReadStoredSchedule(byte[] stored)
    {
        _hasSchedule = _records.TryRead(ScheduleRecord, stored, out int length)
            && Signature.Verify(stored, length, TopicOf(Kind.Schedule), _key)
            && Schedule.TryRead(stored, length, out _);
    }

    private static long EndOf(Setpoint setpoint)
    {
        return setpoint.IssuedUtcMs + setpoint.ValidSeconds * 1000L;
    }
}
