namespace Fleet.Wire;

/// <summary>The kinds of message between a controller and its gateway; the last segment of every topic.</summary>
public enum Kind
{
    /// <summary>Up, QoS 1, retained: who the controller is and what its loads can do; its will says it is gone.</summary>
    Hello = 0,

    /// <summary>Up, QoS 0: watts, energy registers, state and faults, every few seconds.</summary>
    Telemetry = 1,

    /// <summary>Up, QoS 1: one closed interval of metered energy, kept on the device until acknowledged.</summary>
    Energy = 2,

    /// <summary>Up, QoS 1: what became of a command.</summary>
    Ack = 3,

    /// <summary>Up, QoS 1: a fault raised or cleared, a change of state, a reboot.</summary>
    Event = 4,

    /// <summary>Down to the whole site, QoS 0: the gateway is alive.</summary>
    Heartbeat = 5,

    /// <summary>Down, QoS 1, expiring: a power limit now.</summary>
    Setpoint = 6,

    /// <summary>Down, QoS 1: the limits of the next 36 hours.</summary>
    Schedule = 7,

    /// <summary>Down, QoS 1: changed settings.</summary>
    Config = 8,

    /// <summary>Down, QoS 1: identify, reboot, reset a trip, update.</summary>
    Command = 9,

    /// <summary>Down, QoS 1: a part of an image of the firmware.</summary>
    Image = 10,
}
