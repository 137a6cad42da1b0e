using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Fleet.Virtual.Plant;

/// <summary>Meters that answer whole numbers, those of two registers low word first.</summary>
/// <remarks>
/// Addresses of the EM340 from Carlo Gavazzi's EM330/EM340 serial communication protocol, of the PZEM from Peacefair's
/// PZEM-004T V3.0 user manual.
/// <code>
///                       EM340                PZEM-004T V3
///   volts               0x0000 int32  0.1    0x0000 uint16 0.1
///   amperes             0x000C int32  0.001  0x0001 uint32 0.001
///   watts               0x0028 int32  0.1    0x0003 uint32 0.1
///   energy              0x0034 int32  0.1 kWh 0x0005 uint32 1 Wh
///   hertz               0x0033 int16  0.1    0x0007 uint16 0.1
///   power factor                             0x0008 uint16 0.01
///   alarm                                    0x0009 uint16
/// </code>
/// Interpretation: addresses between those read 0; beyond the last is an error.
/// </remarks>
public sealed class WholeNumberMeter : LineMeter
{
    private const int RegistersLimit = 50;

    private readonly bool _isPzem;

    private WholeNumberMeter(byte unit, bool isPzem, IReadOnlyList<PlantModel> loads)
        : base(unit, loads)
    {
        _isPzem = isPzem;
    }

    /// <summary>A Carlo Gavazzi EM340, three phases.</summary>
    public static WholeNumberMeter Em340(byte unit, params IReadOnlyList<PlantModel> loads) => new(unit, false, loads);

    /// <summary>A Peacefair PZEM-004T V3, one phase.</summary>
    public static WholeNumberMeter Pzem004T(byte unit, params IReadOnlyList<PlantModel> loads) => new(unit, true, loads);

    /// <inheritdoc/>
    public override byte Read(int start, int count, Span<byte> into)
    {
        var registers = new ushort[_isPzem ? 0x0A : 0x0060];
        if (count is 0 or > RegistersLimit)
            return IllegalValue;
        if (start + count > registers.Length)
            return IllegalAddress;
        if (_isPzem)
            FillPzem(registers);
        else
            FillEm340(registers);
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt16BigEndian(into[(2 * i)..], registers[start + i]);
        return 0;
    }

    private void FillEm340(ushort[] registers)
    {
        Put(registers, 0x0000, (uint)Math.Round(Volts * 10));
        Put(registers, 0x000C, (uint)Math.Round(Milliwatts() / Volts / 3));
        Put(registers, 0x0028, (uint)Tenths(Milliwatts()));
        registers[0x0033] = (ushort)Math.Round(Hertz * 10);
        Put(registers, 0x0034, (uint)(MilliwattHours() / 100_000));
    }

    private void FillPzem(ushort[] registers)
    {
        registers[0] = (ushort)Math.Round(Volts * 10);
        Put(registers, 1, (uint)Math.Round(Milliwatts() / Volts));
        Put(registers, 3, (uint)Tenths(Milliwatts()));
        Put(registers, 5, (uint)(MilliwattHours() / 1000));
        registers[7] = (ushort)Math.Round(Hertz * 10);
        registers[8] = 100;
    }

    private static long Tenths(long milliwatts) => (milliwatts + 50) / 100;

    private static void Put(ushort[] registers, int at, uint value)
    {
        registers[at] = (ushort)value;
        registers[at + 1] = (ushort)(value >> 16);
    }
}
