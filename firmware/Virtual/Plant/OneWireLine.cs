using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Virtual.Plant;

/// <summary>A 1-Wire bus with DS18B20 thermometers on it, byte by byte.</summary>
/// <remarks>What several chips send at once is their wired AND, as on the wire.</remarks>
public sealed class OneWireLine(params IReadOnlyList<Ds18B20Chip> chips)
{
    private const byte MatchRom = 0x55;
    private const byte SkipRom = 0xCC;

    private readonly List<byte> _rom = [];
    private Ds18B20Chip[] _selected = [];
    private bool _awaitsRom;
    private bool _isMatching;

    /// <summary>Fault: the wire is shorted to ground; it pretends presence and reads zeros.</summary>
    public bool IsShorted { get; set; }

    /// <summary>Resets the bus.</summary>
    /// <returns>Whether a chip is present.</returns>
    public bool Reset()
    {
        (_awaitsRom, _isMatching) = (true, false);
        _selected = [];
        _rom.Clear();
        return IsShorted || chips.Any(chip => chip.IsPresent);
    }

    /// <summary>Writes one byte.</summary>
    public void Write(byte value)
    {
        if (_isMatching)
        {
            _rom.Add(value);
            if (_rom.Count < 8)
                return;
            _isMatching = false;
            Select(chip => chip.Rom.SequenceEqual(_rom));
        }
        else if (_awaitsRom)
        {
            _awaitsRom = false;
            _isMatching = value == MatchRom;
            if (value == SkipRom)
                Select(_ => true);
        }
        else
        {
            foreach (var chip in _selected)
                chip.Command(value);
        }
    }

    /// <summary>Reads one byte.</summary>
    public byte Read()
    {
        byte value = 0xFF;
        foreach (var chip in _selected)
            value &= chip.Send();
        return IsShorted ? (byte)0 : value;
    }

    private void Select(Func<Ds18B20Chip, bool> which) => _selected = [.. chips.Where(chip => chip.IsPresent && which(chip))];
}

/// <summary>A DS18B20: its number, its scratchpad, and the time it takes to convert.</summary>
public sealed class Ds18B20Chip
{
    private const byte ConvertT = 0x44;
    private const byte ReadScratchpad = 0xBE;
    private const int ConvertMs = 750;

    private readonly Func<long> _nowMs;
    private readonly Func<int> _milliC;
    private readonly byte[] _scratchpad = new byte[9];
    private long _readyMs = -1;
    private int _at = 9;

    /// <summary>A chip of this number, 16 hex digits with the family 28 first, in a place of this temperature.</summary>
    public Ds18B20Chip(string rom, Func<long> nowMs, Func<int> milliC)
    {
        Rom = Convert.FromHexString(rom);
        (_nowMs, _milliC) = (nowMs, milliC);
        PowerUp();
    }

    /// <summary>Its number as it goes over the wire.</summary>
    public byte[] Rom { get; }

    /// <summary>Whether it is on the bus.</summary>
    public bool IsPresent { get; set; } = true;

    /// <summary>A bit of its scratchpad that is turned on the way; below 0 is none.</summary>
    public int TurnedBit { get; set; } = -1;

    /// <summary>Begins with 85 °C.</summary>
    public void PowerUp()
    {
        _readyMs = -1;
        Set(0x0550);
    }

    internal void Command(byte command)
    {
        if (command == ConvertT)
            _readyMs = _nowMs() + ConvertMs;
        if (_readyMs >= 0 && _nowMs() >= _readyMs)
        {
            Set((short)Math.Round(_milliC() * 16 / 1000.0));
            _readyMs = -1;
        }

        _at = command == ReadScratchpad ? 0 : 9;
    }

    internal byte Send()
    {
        if (_at >= 9)
            return 0xFF;
        var turned = TurnedBit >= 0 && TurnedBit / 8 == _at ? 1 << (TurnedBit % 8) : 0;
        return (byte)(_scratchpad[_at++] ^ turned);
    }

    private void Set(short sixteenths)
    {
        byte[] bytes = [(byte)sixteenths, (byte)(sixteenths >> 8), 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10];
        var crc = 0;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8C : crc >> 1;
        }

        bytes.CopyTo(_scratchpad, 0);
        _scratchpad[8] = (byte)crc;
    }
}
