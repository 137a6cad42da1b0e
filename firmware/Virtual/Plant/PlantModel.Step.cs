namespace Fleet.Virtual.Plant;

/// <content>One step of the model's life: requests, state, power, heat, and what they add up to.</content>
public sealed partial class PlantModel
{
    private void Step()
    {
        if (CrashEveryMs > 0 && Answers && _chance.NextInt64(CrashEveryMs) < StepMs)
            Enter(PlantState.Crashed);
        Serve();
        MoveState();
        MovePower();
        MoveTemperature();
        _milliwattMs += Milliwatts * StepMs;
        MilliwattHours += _milliwattMs / MilliwattMsPerMilliwattHour;
        _milliwattMs %= MilliwattMsPerMilliwattHour;
        _milliworkMs += MilliworkPerSecond * StepMs;
        Work += _milliworkMs / 1_000_000;
        _milliworkMs %= 1_000_000;
        _steps++;
    }

    private void Serve()
    {
        var wanted = State is PlantState.Running ? (Rating.Slots * DemandPercent + 99) / 100 : 0;
        ActiveRequests = 0;
        for (var slot = 0; slot < _requestMs.Length; slot++)
        {
            _requestMs[slot] = int.Max(0, _requestMs[slot] - StepMs);
            if (_requestMs[slot] == 0 && slot < wanted)
                _requestMs[slot] = _chance.Next(2_000, 15_000);
            if (_requestMs[slot] > 0)
                ActiveRequests++;
        }
    }

    private void MoveState()
    {
        var next = State switch
        {
            PlantState.Running or PlantState.Draining or PlantState.Starting
                when MilliCelsius >= Rating.TripMilliCelsius => PlantState.Tripped,
            PlantState.Booting when NowMs >= _stateEndsMs => _asleep ? PlantState.Sleeping : PlantState.Starting,
            PlantState.Starting when NowMs >= _stateEndsMs => PlantState.Running,
            PlantState.Draining when ActiveRequests == 0 => PlantState.Drained,
            PlantState.Drained when NowMs >= _stateEndsMs => PlantState.Sleeping,
            PlantState.Tripped when MilliCelsius <= Rating.TripMilliCelsius - TripHysteresisMilliCelsius =>
                _asleep ? PlantState.Sleeping : PlantState.Starting,
            _ => State,
        };
        if (State is PlantState.Crashed && NowMs >= _stateEndsMs)
            Boot();
        else if (next != State)
        {
            if (State is PlantState.Booting)
                _bootedAtMs = NowMs;
            Enter(next);
        }
    }

    private void MovePower()
    {
        var works = State is PlantState.Running or PlantState.Draining;
        var target = State switch
        {
            PlantState.Dark => 0,
            PlantState.Sleeping => Rating.SleepWatts * 1000L,
            _ when works => WorkingMilliwatts(),
            _ => Rating.IdleWatts * 1000L,
        };
        var fall = works ? Rating.RampDownWattsPerSecond : Rating.StopWattsPerSecond;
        _baseMilliwatts = long.Clamp(target, _baseMilliwatts - fall * (long)StepMs, _baseMilliwatts + Rating.RampUpWattsPerSecond * (long)StepMs);
        if (_steps % NoiseEverySteps == 0)
            _noiseMilliwatts = _chance.NextInt64(-Rating.NoiseMilliwatts, Rating.NoiseMilliwatts + 1);
        var noise = works ? _noiseMilliwatts : 0;
        Milliwatts = long.Clamp(_baseMilliwatts + noise, 0, Rating.MaxWatts * 1000L);
        MilliworkPerSecond = works ? Rating.MilliworkPerSecondAt(_baseMilliwatts) * YieldPermille / 1000 : 0;
    }

    private long WorkingMilliwatts()
    {
        var idle = Rating.IdleWatts * 1000L;
        return Rating.Slots == 0 ? LimitMilliwatts : idle + (LimitMilliwatts - idle) * ActiveRequests / Rating.Slots;
    }

    private void MoveTemperature()
    {
        var rise = Rating.RiseMilliCelsius * Milliwatts / Rating.MaxWatts * 100 / int.Max(1, CoolingPercent);
        var final = AmbientMilliCelsius * 1000L + rise;
        _microCelsius += (final - _microCelsius) * StepMs / Rating.ThermalMs;
    }
}
