using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>Where an update is in its life.</summary>
public enum UpdateState
{
    /// <summary>The image goes to the controller, part by part.</summary>
    Sending,

    /// <summary>All of it is there; the controller is to verify and run it.</summary>
    Starting,

    /// <summary>The controller runs it and will return to the image before it unless it stays healthy for an hour.</summary>
    OnTrial,

    /// <summary>It has proved itself and stays.</summary>
    Confirmed,

    /// <summary>The controller has given it up and runs the image before it.</summary>
    Returned,

    /// <summary>The controller would not have it; it runs what it ran.</summary>
    Refused,

    /// <summary>The controller has fallen silent, or takes the image and does not restart: nobody knows whether it will run it.</summary>
    Lost,
}

/// <summary>
/// The update of one controller's firmware, driven by its answers. One part is under way at a time; after every silence and
/// every restart of the controller it is asked how much it has, so nothing is sent twice but what was lost.
/// <code>
/// ask ──► part ──► part … ──► run it ──► restarts ──► OnTrial ── an hour ──► Confirmed
///  ▲        │ no answer, refused, restarted      │         └──────────────► Returned
///  └────────┘                                    └ not even started ──────► Returned
/// silent for 150 minutes, wherever it was, or no restart for ten ─────────► Lost
/// </code>
/// </summary>
public sealed class Update
{
    /// <summary>Longest image taken: what the wire carries.</summary>
    public const int LongestImageBytes = 262_144;

    /// <summary>Bytes of one part.</summary>
    public const int PartBytes = 512;

    /// <summary>After how long an unanswered part is asked about: the controller answers within its tick of a second.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long the controller may take to verify what it has: a tick for every kilobyte, and as much again.</summary>
    public static readonly TimeSpan VerifyWithin = TimeSpan.FromMinutes(10);

    /// <summary>How long the controller may be silent: an image that cannot reach the gateway gives itself up after two hours, and the one before it has to connect.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(150);

    /// <summary>How long a controller that has taken the image may run on without a restart, which takes it seconds.</summary>
    public static readonly TimeSpan RestartWithin = TimeSpan.FromMinutes(10);

    /// <summary>Refusals without progress until its word is taken for final: some are of the moment, such as one of a controller that has just restarted.</summary>
    private const int MostRefusals = 3;

    private const string TrialFault = "update-on-trial";
    private const string ReturnedFault = "update-returned";

    private readonly ReadOnlyMemory<byte> _image;
    private int _count;
    private long? _bootId;
    private string? _awaitedId;
    private DateTimeOffset _sentAt;
    private DateTimeOffset _waitUntil;
    private DateTimeOffset? _wholeAt;
    private int? _stored;
    private int _refusals;
    private DateTimeOffset _heardAt;
    private string? _firmwareBefore;

    /// <summary>An update that has not begun.</summary>
    /// <param name="address">The controller.</param>
    /// <param name="version">The version of the image, as its hello will tell it.</param>
    /// <param name="image">The image.</param>
    /// <param name="at">When it was asked for.</param>
    public Update(ControllerAddress address, string version, byte[] image, DateTimeOffset at)
    {
        (Address, Version, _image, BeganAt, _heardAt) = (address, version, image, at, at);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(image));
    }

    /// <summary>The controller.</summary>
    public ControllerAddress Address { get; }

    /// <summary>The version of the image.</summary>
    public string Version { get; }

    /// <summary>Length of the image.</summary>
    public int ImageBytes => _image.Length;

    /// <summary>SHA-256 of the image, as 64 hex digits.</summary>
    public string Sha256 { get; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset BeganAt { get; }

    /// <summary>Where it is in its life.</summary>
    public UpdateState State { get; private set; } = UpdateState.Sending;

    /// <summary>Most bytes the controller has said to have stored.</summary>
    public int StoredBytes { get; private set; }

    /// <summary>Why it was refused or given up, or what the controller said last; may be empty.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether its life is over.</summary>
    public bool IsOver => State is UpdateState.Confirmed or UpdateState.Returned or UpdateState.Refused or UpdateState.Lost;

    /// <summary>Files an answer of the controller.</summary>
    internal void Take(AckReport ack)
    {
        if (IsOver || ack.Id != _awaitedId || ack.BootId != _bootId)
            return;
        _awaitedId = null;
        _stored = ack.StoredBytes <= ImageBytes ? ack.StoredBytes : null;
        Reason = ack.Reason;
        if (_stored > StoredBytes)
            (StoredBytes, _refusals) = (_stored.Value, 0);
        if (ack.Outcome != AckOutcome.Refused)
            State = ack.Kind == "command" ? UpdateState.Starting : State;
        else if (!IsVerifying && ++_refusals >= MostRefusals)
            State = UpdateState.Refused;
        else
            _waitUntil = _sentAt + AnswerTimeout;
    }

    /// <summary>Decides what to send now, if anything.</summary>
    /// <param name="controller">The controller's newest word.</param>
    /// <param name="prefix">What the ids of this update's commands begin with.</param>
    /// <param name="now">The time.</param>
    /// <param name="orders">Where it goes.</param>
    internal void Turn(ControllerImage controller, string prefix, DateTimeOffset now, Orders orders)
    {
        if (controller.IsSilent(now))
            Miss(now);
        else
            Hear(now);
        if (IsOver || !controller.IsOnline || controller.BootId is not { } bootId)
            return;
        if (State == UpdateState.Sending && _wholeAt is not null && bootId != _bootId)
        {
            // It may run the image already: the answer can be lost as it restarts.
            if (controller.Telemetry is not { } first || first.BootId != bootId)
                return;
            State = first.Faults.Contains(TrialFault) ? UpdateState.Starting : State;
        }
        if (State == UpdateState.Sending)
        {
            _firmwareBefore = controller.Hello!.Firmware;
            Send(bootId, prefix, now, orders);
        }
        else if (bootId != _bootId && controller.Telemetry is { } telemetry && telemetry.BootId == bootId)
        {
            Follow(controller.Hello!.Firmware, telemetry);
        }
        else if (bootId == _bootId && now - _sentAt >= RestartWithin)
        {
            (State, Reason) = (UpdateState.Lost, "it has taken the image and does not restart: cut its power for a moment, and it starts the image");
        }
    }

    private void Hear(DateTimeOffset now)
    {
        if (!IsOver && now - _heardAt >= AnswerTimeout)
            Reason = "";
        _heardAt = now;
    }

    private void Miss(DateTimeOffset now)
    {
        if (now - _heardAt >= LongestSilence)
        {
            var what = State == UpdateState.Sending
                ? ": ask again when it is connected, and it goes on where it was"
                : ", and an image that cannot reach the gateway gives itself up in 120: see to its power and network, or flash it by cable";
            (State, Reason) = (UpdateState.Lost, $"nothing is heard of it for {LongestSilence.TotalMinutes} minutes{what}");
        }
        else if (now - _heardAt >= AnswerTimeout)
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"nothing is heard of it since {_heardAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        }
    }

    // All of it was there lately: until it is verified the controller refuses to run it.
    private bool IsVerifying => _wholeAt is { } since && _sentAt - since < VerifyWithin;

    private void Send(long bootId, string prefix, DateTimeOffset now, Orders orders)
    {
        if (_bootId != bootId)
            (_bootId, _awaitedId, _stored, _waitUntil) = (bootId, null, null, default);
        if (now < (_awaitedId is null ? _waitUntil : _sentAt + AnswerTimeout))
            return;
        if (_awaitedId is not null)
            _stored = null;
        _sentAt = now;
        _awaitedId = $"{prefix}{++_count}";
        if (_stored != ImageBytes)
        {
            orders.ImageParts.Add(PartAt(bootId, _awaitedId));
            return;
        }
        _wholeAt ??= now;
        orders.Updates.Add(new UpdateCommand(Address, bootId, _awaitedId, Sha256));
    }

    private ImageCommand PartAt(long bootId, string id)
    {
        var part = _stored is { } offset ? _image[offset..Math.Min(ImageBytes, offset + PartBytes)] : default;
        return new ImageCommand(Address, bootId, id, ImageBytes, Sha256, _stored ?? 0, part);
    }

    private void Follow(string firmware, TelemetryReport telemetry)
    {
        if (telemetry.Faults.Contains(TrialFault))
        {
            (State, Reason) = (UpdateState.OnTrial, "");
            // An image that calls itself as the one before it is not told from it by its name.
            _firmwareBefore = firmware == _firmwareBefore ? null : _firmwareBefore;
        }
        else if (!telemetry.Faults.Contains(ReturnedFault) && firmware != _firmwareBefore && (State == UpdateState.OnTrial || firmware == Version))
        {
            (State, Reason) = (UpdateState.Confirmed, firmware == Version ? "" : $"the controller calls it {firmware}");
        }
        else
        {
            (State, Reason) = (UpdateState.Returned, $"the controller runs {firmware} again: the new image could not be started, crashed, or was not healthy for an hour");
        }
    }
}
