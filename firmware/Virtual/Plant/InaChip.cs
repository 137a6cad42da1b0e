using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Fleet.Virtual.Plant;

/// <summary>An INA226 or INA228 by its registers, measuring what the devices behind its shunt really take.</summary>
/// <remarks>
/// Registers of TI SBOS547 and SBOSA20. A write sets a register, or only the pointer; a read answers from the pointer. Every
/// read of the flags clears that of a finished conversion, which the next conversion of the plant's clock sets again.
/// </remarks>
public sealed class InaChip
{
    private readonly bool _isWide;
    private readonly Func<long> _nowMs;
    private readonly IReadOnlyList<PlantModel> _loads;
    private readonly Dictionary<byte, ushort> _set = [];
    private byte _pointer;
    private long _convertedMs = long.MinValue;

    private InaChip(bool isWide, Func<long> nowMs, IReadOnlyList<PlantModel> loads)
    {
        (_isWide, _nowMs, _loads) = (isWide, nowMs, loads);
        PowerUp();
    }

    /// <summary>The shunt it really measures across.</summary>
    public double ShuntOhms { get; init; } = 0.001;

    /// <summary>Voltage of the bus now.</summary>
    public double Volts { get; set; } = 12;

    /// <summary>Fault: does not acknowledge.</summary>
    public bool IsDark { get; set; }

    /// <summary>Fault: converts no more.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Amperes instead of what the loads take; for a test.</summary>
    public double? Amperes { get; set; }

    /// <summary>Whether its ALERT pin is pulled down.</summary>
    public bool Alerts => ShuntVolts() >= (short)_set[_isWide ? (byte)0x0C : (byte)7] * (_isWide ? 5e-6 : 2.5e-6) && (_isWide || (_set[6] & 0x8000) != 0);

    /// <summary>An INA226.</summary>
    public static InaChip Ina226(Func<long> nowMs, params IReadOnlyList<PlantModel> loads) => new(false, nowMs, loads);

    /// <summary>An INA228.</summary>
    public static InaChip Ina228(Func<long> nowMs, params IReadOnlyList<PlantModel> loads) => new(true, nowMs, loads);

    /// <summary>Loses its settings, as after a loss of power.</summary>
    public void PowerUp()
    {
        _set.Clear();
        foreach (var (register, value) in _isWide
            ? new (byte, ushort)[] { (0, 0), (1, 0xFB68), (2, 0x1000), (0x0B, 0x0001), (0x0C, 0x7FFF), (0x3E, 0x5449), (0x3F, 0x2281) }
            : [(0, 0x4127), (5, 0), (6, 0), (7, 0), (0xFE, 0x5449), (0xFF, 0x2260)])
            _set[register] = value;
    }

    /// <summary>One exchange on the bus.</summary>
    /// <returns>Whether it acknowledged.</returns>
    public bool Exchange(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (IsDark)
            return false;
        if (write.Length > 0)
            _pointer = write[0];
        if (write.Length == 3)
            Set(BinaryPrimitives.ReadUInt16BigEndian(write[1..]));
        if (read.Length == 0)
            return true;
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(value, Value(out var bytes));
        value[(8 - bytes)..].CopyTo(read);
        return true;
    }

    private void Set(ushort value)
    {
        var isReadOnly = _pointer is 0xFE or 0xFF or 0x3E or 0x3F;
        if (_set.ContainsKey(_pointer) && !isReadOnly)
            _set[_pointer] = value;
    }

    private long Value(out int bytes)
    {
        bytes = !_isWide ? 2 : _pointer switch { 4 or 5 or 7 or 8 => 3, 9 or 10 => 5, _ => 2 };
        return (_isWide, _pointer) switch
        {
            (false, 1) => Counts(ShuntVolts(), 2.5e-6, 16) & 0xFFFF,
            (false, 2) => Counts(Volts, 1.25e-3, 16) & 0xFFFF,
            (false, 6) => Flags(1 << 3),
            (true, 4) => (Counts(ShuntVolts(), 312.5e-9, 20) & 0xFFFFF) << 4,
            (true, 5) => (Counts(Volts, 195.3125e-6, 20) & 0xFFFFF) << 4,
            (true, 7) => (Counts(ShuntVolts() * 4096 / _set[2], 312.5e-9, 20) & 0xFFFFF) << 4,
            (true, 9) => EnergyCounts(),
            (true, 0x0B) => Flags(1 << 1),
            _ => _set.GetValueOrDefault(_pointer),
        };
    }

    private long Flags(int ready)
    {
        var isReady = !IsStuck && _nowMs() > _convertedMs;
        _convertedMs = _nowMs();
        return _set[_pointer] | (isReady ? ready : 0);
    }

    private long EnergyCounts()
    {
        long milliwattHours = 0;
        foreach (var load in _loads)
            milliwattHours += load.MilliwattHours;
        var joules = milliwattHours * 3.6;
        var currentLsb = _set[2] / (13107.2e6 * ShuntOhms);
        return (long)(joules / (16 * 3.2 * currentLsb)) & 0xFFFFFFFFFF;
    }

    private double ShuntVolts()
    {
        long milliwatts = 0;
        foreach (var load in _loads)
            milliwatts += load.Milliwatts;
        return (Amperes ?? milliwatts / 1000.0 / Volts) * ShuntOhms;
    }

    private static long Counts(double value, double lsb, int bits)
    {
        var most = (1L << (bits - 1)) - 1;
        return long.Clamp((long)Math.Round(value / lsb), -most - 1, most);
    }
}
