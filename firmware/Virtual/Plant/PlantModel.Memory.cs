namespace Fleet.Virtual.Plant;

/// <content>What outlives the process.</content>
public sealed partial class PlantModel
{
    /// <summary>The model as it is now.</summary>
    public PlantMemory Remember()
    {
        lock (Gate)
            return new PlantMemory(
                State, _stateEndsMs - NowMs, _asleep, LimitMilliwatts, YieldPermille, _baseMilliwatts, _microCelsius, MilliwattHours, Work,
                _workAtBoot, BootId, NowMs - _bootedAtMs, []);
    }

    /// <summary>Goes on from there. What is outside the rating is brought within it.</summary>
    public void GoOnFrom(PlantMemory memory)
    {
        lock (Gate)
        {
            (State, _stateEndsMs, _asleep) = (memory.State, NowMs + memory.StateLeftMs, memory.IsAsleep);
            LimitMilliwatts = long.Clamp(memory.LimitMilliwatts, Rating.MinWatts * 1000L, Rating.MaxWatts * 1000L);
            YieldPermille = memory.YieldPermille;
            Milliwatts = _baseMilliwatts = long.Clamp(memory.Milliwatts, 0, Rating.MaxWatts * 1000L);
            (_microCelsius, MilliwattHours) = (memory.MicroCelsius, memory.MilliwattHours);
            (Work, _workAtBoot) = (memory.Work, memory.WorkAtBoot);
            (BootId, _bootedAtMs) = (memory.BootId, NowMs - memory.UptimeMs);
            MilliworkPerSecond = 0;
            // Its requests are new ones, but as many as before: else a busy box would start at its idle power.
            for (var slot = 0; slot < _requestMs.Length; slot++)
                _requestMs[slot] = State is PlantState.Running or PlantState.Draining ? _chance.Next(2_000, 15_000) : 0;
        }
    }
}
