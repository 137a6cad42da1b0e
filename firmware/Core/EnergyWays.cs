namespace Fleet.Core;

/// <summary>The energy records that have been sent and not yet acknowledged, each on a way of its own.</summary>
internal sealed class EnergyWays
{
    private readonly EnergyTable _table;
    private readonly int[] _numbers = new int[EnergyLog.UnderWay];
    private readonly long[] _sentMs = new long[EnergyLog.UnderWay];

    /// <summary>Ways of the rows of this table; a row keeps the number of its way and one, 0 while it is on none.</summary>
    public EnergyWays(EnergyTable table)
    {
        _table = table;
    }

    /// <summary>Whether one more may be sent.</summary>
    public bool HasFree(long nowMs)
    {
        return Free(nowMs) >= 0;
    }

    /// <summary>A row has been sent under this number; there is a free way.</summary>
    public void Begin(int row, int number, long nowMs)
    {
        int way = Free(nowMs);
        _numbers[way] = number;
        _sentMs[way] = nowMs;
        _table.Set(row, EnergyTable.Way, way + 1);
    }

    /// <summary>What was sent under this number has arrived: its row; false for a number of another kind or an older link.</summary>
    public bool TryEnd(int number, out int row)
    {
        for (int way = 0; way < EnergyLog.UnderWay; way++)
        {
            if (_numbers[way] == number)
                return TryClear(way, out row);
        }
        row = 0;
        return false;
    }

    /// <summary>Nothing is on its way any more.</summary>
    public void Forget()
    {
        for (int way = 0; way < EnergyLog.UnderWay; way++)
            TryClear(way, out _);
    }

    private int Free(long nowMs)
    {
        for (int way = 0; way < EnergyLog.UnderWay; way++)
        {
            if (_numbers[way] != 0 && nowMs - _sentMs[way] <= EnergyLog.AgainMs)
                continue;
            if (_numbers[way] != 0)
                TryClear(way, out _);
            return way;
        }
        return -1;
    }

    private bool TryClear(int way, out int row)
    {
        _numbers[way] = 0;
        for (row = 0; row < _table.Count; row++)
        {
            if (_table.Get(row, EnergyTable.Way) != way + 1)
                continue;
            _table.Set(row, EnergyTable.Way, 0);
            return true;
        }
        return false;
    }
}
