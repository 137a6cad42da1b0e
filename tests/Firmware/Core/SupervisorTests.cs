using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The table of states against an expectation written from the sentences of EEBUS LPC and not from the table.</summary>
public sealed class SupervisorTests
{
    public static IEnumerable<TheoryDataRow<ControllerState, GatewayPresence, bool, bool, bool, bool>> Everything() =>
        from state in Enum.GetValues<ControllerState>()
        from gateway in Enum.GetValues<GatewayPresence>()
        from bits in Enumerable.Range(0, 16)
        select new TheoryDataRow<ControllerState, GatewayPresence, bool, bool, bool, bool>(
            state, gateway, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);

    [Theory]
    [MemberData(nameof(Everything))]
    public void Every_state_and_input_leads_where_the_design_says(
        ControllerState from, GatewayPresence gateway, bool setpoint, bool schedule, bool holdOver, bool back) =>
        Assert.Equal(Expected(from, gateway, setpoint, schedule, holdOver, back), Supervisor.Next(from, gateway, setpoint, schedule, holdOver, back));

    [Fact]
    public void Nothing_leads_to_more_power_without_something_authentic()
    {
        foreach (TheoryDataRow<ControllerState, GatewayPresence, bool, bool, bool, bool> row in Everything())
        {
            (ControllerState from, GatewayPresence gateway, bool setpoint, bool schedule, bool holdOver, bool back) = row.Data;
            ControllerState to = Supervisor.Next(from, gateway, setpoint, schedule, holdOver, back);
            Assert.True(to != ControllerState.Commanded || (setpoint && gateway == GatewayPresence.Present));
            Assert.True(to != ControllerState.Scheduled || schedule);
        }
    }

    /// <summary>
    /// EEBUS LPC: fail-safe until a heartbeat and a following limit, or, as its autonomous mode, two minutes after the heartbeat
    /// is back or when the minimum is over; SunSpec model 123: a limit with a time-out reverts to what held before it.
    /// </summary>
    private static ControllerState Expected(
        ControllerState from, GatewayPresence gateway, bool setpoint, bool schedule, bool holdOver, bool back)
    {
        bool alive = gateway == GatewayPresence.Present;
        bool gone = gateway == GatewayPresence.Missing;
        bool commanded = alive && setpoint;
        bool leavesFailSafeBySchedule = schedule && ((gone && holdOver) || (alive && back));
        return from switch
        {
            _ when commanded => ControllerState.Commanded,
            ControllerState.FailSafe => leavesFailSafeBySchedule ? ControllerState.Scheduled : ControllerState.FailSafe,
            _ => schedule ? ControllerState.Scheduled : ControllerState.FailSafe,
        };
    }
}
