using System;
using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// One controller: everything between the gateway's word and the loads' watts. The host gives it loads, meters,
/// thermometers, storage and the link, passes on what arrives from any thread, and calls <see cref="Tick"/> every second from one thread.
/// <code>
/// meters, loads ──► Snapshot ─────┬──► Metering ──► EnergyLog ──┐
/// link ──► Inbox ──► Authority ─► Supervisor ─► Limit           │
///                                                 │             ▼
///           Guard ◄── Throttle ◄── Trim ◄ PriceRule ┘          Reporter ──► link
///                   └──► loads
/// </code>
/// </summary>
public sealed class Controller
{
    /// <summary>The version that the hello tells.</summary>
    public const string FirmwareVersion = "0.1.0";

    /// <summary>The same as an assembly's head has it: two bytes for each of the three numbers, the first lowest.</summary>
    public const long FirmwareNumber = 0x0000_0001_0000;

    /// <summary>How long a fault of a moment is shown: long enough to be seen in telemetry and by a person.</summary>
    private const int LingerMs = 60000;

    private readonly Settings _settings;
    private readonly long _bootId;
    private readonly Inbox _inbox = new Inbox();
    private readonly UtcClock _clock = new UtcClock();
    private readonly Codec _codec = new Codec();
    private readonly Heartbeat _heartbeat;
    private readonly AckQueue _acks = new AckQueue();
    private readonly EnergyLog _log;
    private readonly Achievement _achievement = new Achievement();
    private readonly Records _records;
    private readonly Snapshot _snapshot;
    private readonly SettingsChanges _changes;
    private readonly Authority _authority;
    private readonly Supervisor _supervisor;
    private readonly Metering _metering;
    private readonly Guard _guard;
    private readonly Limit _limit;
    private readonly Trim _trim;
    private readonly Throttle _throttle;
    private readonly EventQueue _events;
    private readonly PriceRule _priceRule;
    private readonly FaultWatch _faultWatch;
    private readonly TelemetryForm _telemetryForm;
    private readonly Reporter _reporter;
    private readonly Boot _boot;
    private int _drops;
    private long _inboxFullUntilMs;
    private long _tickThrewUntilMs;
    private ControllerState _shownState;

    /// <summary>
    /// Takes what it works with: settings that were read, the loads, meters and thermometers they list in the same order, and a
    /// boot id that no earlier boot had. Changes made to the settings from afar are put into them here. A host that can be
    /// updated gives the boot that chose its image.
    /// </summary>
    public Controller(
        Settings settings, ILoad[] loads, IMeter[] meters, IThermometer[] thermometers, IStore store, IUplink uplink, long bootId, Boot boot = null)
    {
        bool isWhole = loads.Length == settings.LoadList.Length && meters.Length == settings.MeterList.Length;
        if (!isWhole || thermometers.Length != settings.ThermometerList.Length)
            throw new ArgumentException("The loads, meters and thermometers must be those of the settings, in the same order.");
        _settings = settings;
        _heartbeat = new Heartbeat { Codec = _codec };
        _records = new Records(store);
        byte[] stored = new byte[Bounds.DownBytes];
        _changes = new SettingsChanges(settings, _records, stored);
        _snapshot = new Snapshot(settings, loads, meters, thermometers);
        _boot = boot ?? new Boot(store, null, FirmwareVersion);
        _authority = new Authority(settings, _changes, _records, _clock, bootId, stored, _codec) { Updates = _boot.Updates };
        _supervisor = new Supervisor(settings);
        _log = new EnergyLog(_records, bootId);
        _metering = new Metering(settings, _log);
        _guard = new Guard(settings, loads, _records);
        _events = new EventQueue(settings.LoadList, bootId);
        _limit = new Limit(settings, _authority, _events);
        _trim = new Trim(settings, _guard);
        _throttle = new Throttle(settings, _guard);
        _bootId = bootId;
        _priceRule = new PriceRule(settings, _authority, _events);
        _faultWatch = new FaultWatch(loads.Length, _events);
        _telemetryForm = new TelemetryForm(_snapshot, _clock, _metering, _supervisor, _limit, _guard) { BootId = bootId, Codec = _codec };
        _reporter = new Reporter(settings, uplink, _clock, _telemetryForm, _acks, _events, _log) { Firmware = _boot.Version };
    }

    /// <summary>How the machine is doing; null where the host does not tell.</summary>
    public IVitals Vitals { get; init; }

    /// <summary>Whether a load is off until a person resets it.</summary>
    public bool IsTripped { get { return _guard.IsTripped; } }

    /// <summary>Whether a setpoint waits, so that the host had better tick at once. From any thread.</summary>
    public bool WantsTick { get { return _inbox.SetpointWaits; } }

    /// <summary>Whose limit is followed.</summary>
    public ControllerState State { get { return _supervisor.State; } }

    /// <summary>Whether no limit is in force.</summary>
    public bool IsUnlimited { get { return _limit.IsUnlimited; } }

    /// <summary>The limit in force after ramps; the sum of all nameplates when unlimited.</summary>
    public int LimitWatts { get { return _limit.Watts; } }

    /// <summary>Bits of <see cref="Fault"/> of the controller; those of its loads are in the telemetry.</summary>
    public int Faults { get; private set; }

    /// <summary>The newest energy register.</summary>
    public long RegisterMilliwattHours { get { return _metering.RegisterMilliwattHours; } }

    /// <summary>
    /// Takes a message from the link; it waits for the next tick. An array as long as the message is not copied: the caller
    /// leaves it alone from now on. From any thread; never throws.
    /// </summary>
    public void Receive(string topic, byte[] payload, int length)
    {
        if (!_authority.TryKindOf(topic, out Kind kind))
            return;
        if (payload == null || length <= 0 || length > payload.Length || length > Bounds.DownBytes)
            _inbox.Drop();
        else
            _inbox.Offer(kind, payload, length);
    }

    /// <summary>Takes the broker's word that a message has arrived; see <see cref="IUplink.Send"/>. From any thread.</summary>
    public void Delivered(int number)
    {
        _inbox.OfferDelivery(number);
    }

    /// <summary>A time server says that at this monotonic time it was this UTC time. From any thread.</summary>
    public void SetUtc(long nowMs, long utcMs)
    {
        _inbox.OfferUtc(nowMs, utcMs);
    }

    /// <summary>Clears latched trips; only a person at the controller may call for it. From any thread.</summary>
    public void ResetTrips()
    {
        _inbox.OfferReset();
    }

    /// <summary>Says why the controller has started, a <see cref="BootReason"/>; called once, before the first tick.</summary>
    public void NoteReboot(long nowMs, int reason)
    {
        _reporter.NoteReboot((BootReason)reason);
        _events.Add(nowMs, EventType.Rebooted, reason, EventQueue.Own);
    }

    /// <summary>Hands the host a command that only it can carry out, each once; an update is to start the image that is chosen by then; called after a tick, by the same thread.</summary>
    public bool TryTakeCommand(out CommandAction action, out string argument)
    {
        bool waits = _authority.TryTakeCommand(out action, out argument) || _boot.IsOver(out action);
        if (waits && action != CommandAction.Identify)
        {
            _metering.Finish(_clock);
            _boot.Crashes.Clear();
        }
        return waits;
    }

    /// <summary>One round: read, supervise, decide, guard, write, report. Never throws: what fails ends in the safe state.</summary>
    public void Tick(long nowMs)
    {
        try
        {
            Act(nowMs);
        }
        catch (Exception)
        {
            _tickThrewUntilMs = nowMs + LingerMs;
            _guard.FallBack(nowMs, _settings.FailSafeWatts, _trim.Watts);
        }
        try
        {
            Report(nowMs);
        }
        catch (Exception)
        {
            _tickThrewUntilMs = nowMs + LingerMs;
        }
        // Behind all that may throw, so that nothing keeps it from being written.
        _log.Keep();
        _changes.Keep();
    }

    private void Act(long nowMs)
    {
        _snapshot.Read(nowMs);
        _supervisor.Observe(nowMs);
        if (_supervisor.Presence == GatewayPresence.Missing)
            _authority.DropSetpoint();
        EmptyInbox(nowMs);
        _supervisor.Decide(nowMs, _authority.IsSetpointLive(nowMs), _authority.TryScheduledWatts(nowMs, out _));
        _metering.Step(_snapshot, _clock);
        _guard.Observe(_snapshot);
        bool isDistrusted = nowMs < _tickThrewUntilMs || _boot.Crashes.IsMinimal;
        _limit.Decide(_snapshot, _supervisor.State, isDistrusted);
        _priceRule.Narrow(_snapshot, _supervisor.State, _guard.Orders, _limit.CapWatts);
        int limitWatts = _limit.MeteredWatts;
        if (_limit.IsUnlimited)
            _trim.Forget();
        else
            _trim.Decide(_snapshot, limitWatts, _supervisor.State != ControllerState.FailSafe && !isDistrusted);
        _throttle.Decide(_snapshot, limitWatts, _trim.Watts, _limit.IsRising || _trim.KeepsLoads, _limit.CapWatts);
        _guard.Write(_snapshot, _throttle.WishWatts, limitWatts, _trim.Watts);
    }

    private void EmptyInbox(long nowMs)
    {
        if (_inbox.TryTakeUtc(out long atMs, out long utcMs))
            _clock.SetServer(atMs, utcMs);
        if (_inbox.TakeReset())
            _guard.ResetTrips();
        while (_inbox.TryTakeDelivery(out int number))
            _log.NoteDelivered(number);
        // Bounded: what arrives meanwhile beyond one full inbox waits for the next tick.
        for (int i = 0; i <= Inbox.Messages + 1 && _inbox.TryTake(out Kind kind, out byte[] payload); i++)
        {
            if (kind == Kind.Heartbeat)
                TakeHeartbeat(nowMs, payload);
            else
                Answer(nowMs, kind, payload);
        }
    }

    private void TakeHeartbeat(long nowMs, byte[] payload)
    {
        if (!_heartbeat.TryRead(payload, payload.Length, out _))
            return;
        _supervisor.NoteHeartbeat(nowMs);
        _clock.NoteHeartbeat(nowMs, _heartbeat.UtcMs);
    }

    private void Answer(long nowMs, Kind kind, byte[] payload)
    {
        Ack answer = NewAnswer(kind);
        string problem = _authority.Judge(kind, payload, nowMs, _supervisor.Presence, answer);
        answer.Result = problem == null ? AckResult.Accepted : AckResult.Refused;
        answer.Reason = problem ?? "";
        _acks.Add(answer);
    }

    private Ack NewAnswer(Kind kind)
    {
        return new Ack { BootId = _bootId, Kind = kind, Id = "", HasWatts = _snapshot.HasWatts, Watts = _snapshot.Watts };
    }

    private void Report(long nowMs)
    {
        _boot.Step(nowMs, nowMs >= _tickThrewUntilMs, _supervisor.Presence == GatewayPresence.Present);
        FindFaults(nowMs);
        _faultWatch.Step(nowMs, Faults, _guard.Orders);
        if (_shownState != _supervisor.State)
        {
            _shownState = _supervisor.State;
            _events.Add(nowMs, EventType.StateChanged, (int)_shownState, EventQueue.Own);
            _reporter.Hurry();
        }
        NoteAchieved(nowMs);
        _log.Date(nowMs, _clock);
        if (_reporter.IsTelemetryDue(nowMs))
            _telemetryForm.Fill(nowMs, Faults);
        _reporter.Send(nowMs, _snapshot.Loads, Vitals);
    }

    private void FindFaults(long nowMs)
    {
        int drops = _inbox.Drops;
        if (drops != _drops)
            _inboxFullUntilMs = nowMs + LingerMs;
        _drops = drops;
        Faults = _limit.Faults | (_snapshot.IsMeterStale ? Fault.MeterStale : 0)
            | (_metering.MetersDisagree ? Fault.MetersDisagree : 0)
            | (_records.HasFailed ? Fault.StorageFailed : 0)
            | (nowMs < _tickThrewUntilMs ? Fault.TickThrew : 0)
            | (nowMs < _inboxFullUntilMs ? Fault.InboxFull : 0)
            | (_log.HasOverflowed ? Fault.EnergyStoreFull : 0)
            | _boot.Faults;
    }

    private void NoteAchieved(long nowMs)
    {
        if (!_authority.IsSetpointHeld(nowMs) || !_achievement.IsNew(_snapshot, _authority))
            return;
        Ack answer = NewAnswer(Kind.Setpoint);
        Achievement.Tell(answer, _authority, nowMs);
        _acks.Add(answer);
    }
}
