using System;

namespace Fleet.Gateway.Sites;

/// <summary>A power limit for a controller, to be sent now.</summary>
/// <param name="To">The controller.</param>
/// <param name="BootId">The run of the controller it is for.</param>
/// <param name="Id">Its name, which the answers repeat.</param>
/// <param name="LimitWatts">Most watts of the whole controller.</param>
/// <param name="LoadWatts">Most watts of each load, in the controller's own order.</param>
/// <param name="RampWattsPerSecond">How fast it may rise; 0 is at once.</param>
/// <param name="Validity">How long it is in force.</param>
/// <param name="Reason">Why, in one line for a person.</param>
public sealed record SetpointCommand(
    ControllerAddress To, long BootId, string Id, int LimitWatts, int[] LoadWatts, int RampWattsPerSecond, TimeSpan Validity,
    string Reason);

/// <summary>What electricity costs in the slots of a schedule and what hashing earns: a controller alone rests what would not pay.</summary>
/// <param name="PerMegawattHour">Whole units of the currency, slot by slot from the first one, as far as they are known without a gap.</param>
/// <param name="HashpriceMicros">What one terahash a second earns in a day, after fees, in millionths of the currency.</param>
public sealed record SchedulePrices(int[] PerMegawattHour, int HashpriceMicros);

/// <summary>A schedule for a controller, to follow when the gateway is silent.</summary>
/// <param name="To">The controller.</param>
/// <param name="BootId">The run of the controller it is for.</param>
/// <param name="Id">Its name, which the answers repeat.</param>
/// <param name="Start">Beginning of the first slot.</param>
/// <param name="SlotLength">Length of each slot.</param>
/// <param name="LimitWatts">Most watts of the controller in each slot.</param>
/// <param name="Prices">What the slots cost, of which as many go with it as fit; null where nobody knows, or nothing hashes.</param>
public sealed record ScheduleCommand(
    ControllerAddress To, long BootId, string Id, DateTimeOffset Start, TimeSpan SlotLength, int[] LimitWatts, SchedulePrices? Prices = null);

/// <summary>A part of an image of the firmware.</summary>
/// <param name="To">The controller.</param>
/// <param name="BootId">The run of the controller it is for.</param>
/// <param name="Id">Its name, which the answers repeat.</param>
/// <param name="ImageBytes">Length of the whole image.</param>
/// <param name="Sha256">SHA-256 of the whole image, as 64 hex digits.</param>
/// <param name="Offset">Where in the image it begins.</param>
/// <param name="Content">Its bytes; none to ask how much is stored.</param>
public sealed record ImageCommand(
    ControllerAddress To, long BootId, string Id, int ImageBytes, string Sha256, int Offset, ReadOnlyMemory<byte> Content);

/// <summary>A controller is to run the image it has stored.</summary>
/// <param name="To">The controller.</param>
/// <param name="BootId">The run of the controller it is for.</param>
/// <param name="Id">Its name, which the answers repeat.</param>
/// <param name="Sha256">SHA-256 of the image, as 64 hex digits.</param>
public sealed record UpdateCommand(ControllerAddress To, long BootId, string Id, string Sha256);

/// <summary>The way to the controllers. Never blocks; what cannot be sent now is asked for again by the lack of an answer.</summary>
public interface ICommandSink
{
    /// <summary>Sends a setpoint; answers the command number it went with, null when the link refused it.</summary>
    long? Send(SetpointCommand command, DateTimeOffset now);

    /// <summary>Sends a schedule; answers the command number it went with, null when the link refused it.</summary>
    long? Send(ScheduleCommand command, DateTimeOffset now);

    /// <summary>Sends a part of an image; answers the command number it went with, null when the link refused it.</summary>
    long? Send(ImageCommand command, DateTimeOffset now);

    /// <summary>Has a stored image run; answers the command number it went with, null when the link refused it.</summary>
    long? Send(UpdateCommand command, DateTimeOffset now);

    /// <summary>Tells every controller of a site that the gateway is alive.</summary>
    void Beat(string site, long epoch, DateTimeOffset now);
}
