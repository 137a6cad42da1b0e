using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Fleet.Hardware;
using Fleet.Tests.Tidy;
using Xunit;

namespace Fleet.Tests.Hardware;

/// <summary>What holds for every board: names that settings can use, pins that the chip has, each used once.</summary>
public sealed class BoardTests
{
    /// <summary>The ESP32 has no pin of these numbers, or leads them nowhere; those of its flash are in no board's parts.</summary>
    private static readonly int[] NoPins = [6, 7, 8, 9, 10, 11, 20, 24, 28, 29, 30, 31, 37, 38];

    /// <summary>The same of the ESP32-S3.</summary>
    private static readonly int[] NoPinsOfS3 = [22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32];

    private const int LastPin = 39;
    private const int LastPinOfS3 = 48;
    private const int FirstInputOnlyPin = 34;

    /// <summary>
    /// What a chip reads at its start, and what of ours leaves it as it must be then (Espressif, datasheets of ESP32 and ESP32-S3,
    /// strapping pins): 0 high, 2 and 12 low; 5 and 15 set only the SDIO timing and whether the boot loader speaks.
    /// </summary>
    private static readonly Dictionary<int, string[]> Strapping = new()
    {
        [0] = ["button low"], [2] = ["lamp high", "button high"], [5] = ["lamp high", "receive"], [12] = ["lamp high"], [15] = ["feedback low", "i2c"],
    };

    /// <summary>The same of the ESP32-S3: 0 high; 3, 45 and 46 are left alone.</summary>
    private static readonly Dictionary<int, string[]> StrappingOfS3 = new() { [0] = ["button low"], [3] = [], [45] = [], [46] = [] };

    /// <summary>Pins on which the chip itself puts a level or a signal while it starts: 1 and 3 speak, 0, 5, 14 and 15 are pulled or pulsed.</summary>
    private static readonly int[] Restless = [0, 1, 2, 3, 5, 12, 14, 15];

    /// <summary>Of the ESP32-S3: high for some 60 µs at power-up (datasheet, power-up glitches), USB, console and strapping.</summary>
    private static readonly int[] RestlessOfS3 = [0, 3, 18, 19, 20, 43, 44, 45, 46];

    /// <summary>The framework's images (nanoframework/nf-interpreter, README.md), and the pins that each takes for itself: network with its clock and power, or memory.</summary>
    private static readonly Dictionary<string, int[]> Targets = new()
    {
        ["ESP32_REV0"] = [],
        ["ESP32_REV3"] = [],
        ["ESP32_PSRAM_REV0"] = [16, 17],
        ["ESP32_PSRAM_REV3"] = [16, 17],
        ["ESP32_OLIMEX"] = [12, 17, 18, 19, 21, 22, 23, 25, 26, 27],
        ["ESP32_WT32_ETH01"] = [0, 16, 18, 19, 21, 22, 23, 25, 26, 27],
        ["ESP32_S3_OCTAL"] = [26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37],
        ["ESP32_S3_QUAD"] = [26, 27, 28, 29, 30, 31, 32],
    };

    /// <summary>The pins of ADC1 by channel.</summary>
    private static readonly int[] AdcPins = [36, 37, 38, 39, 32, 33, 34, 35];

    public static TheoryData<string> Names => new(Boards.All().Select(board => board.Name));

    [Fact]
    public void Boards_have_names_of_their_own_that_settings_can_use()
    {
        string[] names = Boards.All().Select(board => board.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$", name));
        Assert.All(names, name => Assert.Equal(name, Boards.Find(name).Name));
        Assert.All(names, name => Assert.Contains(name, Boards.Names()));
    }

    [Fact]
    public void A_board_that_is_not_listed_is_not_found() => Assert.Null(Boards.Find("no-such-board"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_pin_exists_and_has_one_use(string name)
    {
        Board board = Boards.Find(name);
        int[] used = [.. Inputs(board), .. Outputs(board)];
        Assert.All(used, pin => Assert.InRange(pin, 0, IsS3(board) ? LastPinOfS3 : LastPin));
        Assert.Empty(used.Intersect(IsS3(board) ? NoPinsOfS3 : NoPins));
        Assert.All(board.AdcInputs, input => Assert.Equal(IsS3(board) ? input.Channel + 1 : AdcPins[input.Channel], input.Pin));
        Assert.Empty(used.GroupBy(pin => pin).Where(uses => uses.Count() > 1).Select(uses => uses.Key));
        Assert.Empty(used.Intersect(ReservedPins(board)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_output_is_on_a_pin_that_can_only_be_read(string name) =>
        Assert.All(Outputs(Boards.Find(name)), pin => Assert.True(pin < FirstInputOnlyPin || IsS3(Boards.Find(name)), $"{pin} is input only"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Loads_are_switched_by_a_high_level_so_that_a_board_without_power_switches_them_off(string name) =>
        Assert.All(Boards.Find(name).Outputs, output => Assert.True(output.Drive.IsActiveHigh, output.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_switches_or_dims_a_load_is_on_a_pin_that_is_quiet_while_the_chip_starts(string name)
    {
        Board board = Boards.Find(name);
        int[] pins = [.. board.Outputs.Select(output => output.Drive.Pin), .. board.Dimmers.Select(dimmer => dimmer.Pin)];
        Assert.Empty(pins.Intersect(IsS3(board) ? RestlessOfS3 : Restless));
        string readme = ReadmeOf(name);
        Assert.All(pins, pin => Assert.Matches($@"10 kΩ from[^.]*\bGPIO{pin}\b|\bGPIO{pin}\b[^|]*\|[^|]*10 kΩ to GND", readme));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_on_a_pin_that_the_chip_reads_at_its_start_leaves_it_as_it_must_be(string name)
    {
        Board board = Boards.Find(name);
        foreach ((int pin, string[] uses) in IsS3(board) ? StrappingOfS3 : Strapping)
            Assert.All(UsesOf(board, pin), use => Assert.Contains(use, uses));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_target_is_one_of_the_framework_and_the_pins_it_takes_are_not_for_use(string name)
    {
        Board board = Boards.Find(name);
        Assert.Subset(ReservedPins(board).ToHashSet(), Targets[board.NanoffTarget].ToHashSet());
        Assert.Equal(board.PsramKilobytes > 0, board.NanoffTarget.Contains("PSRAM") || board.NanoffTarget.Contains("S3"));
        Assert.Equal(board.Network == NetworkKind.Ethernet, Targets[board.NanoffTarget].Contains(25));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_folder_of_each_board_tells_which_way_it_fails_what_to_buy_and_what_it_holds(string name)
    {
        string readme = ReadmeOf(name);
        Assert.Contains("Fail to shed", readme);
        Assert.Contains("**normally open**", readme);
        Assert.Contains("## Bill of materials", readme);
        Assert.All(new[] { "free heap after boot", "largest free block", "tick time", "deployed assemblies" }, figure => Assert.Contains($"| {figure}", readme));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_have_names_of_their_own_and_ports_the_program_can_open(string name)
    {
        Board board = Boards.Find(name);
        Assert.Equal(board.Outputs.Length, board.Outputs.Select(output => output.Name).Distinct().Count());
        Assert.Equal(board.SerialLines.Length, board.SerialLines.Select(line => line.Name).Distinct().Count());
        Assert.Equal(board.SerialLines.Length, board.SerialLines.Select(line => line.Port).Distinct().Count());
        Assert.All(board.SerialLines, line => Assert.InRange(line.Port, 2, board.OneWire == null ? 3 : 2));
        Assert.All(board.Dimmers, dimmer => Assert.InRange(dimmer.Channel, 1, 4));
        Assert.Equal(board.Dimmers.Length, board.Dimmers.Select(dimmer => dimmer.Channel).Distinct().Count());
        string[] names = [.. board.Dimmers.Select(dimmer => dimmer.Name), .. board.PulseInputs.Select(input => input.Name), .. board.AdcInputs.Select(input => input.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.NotEmpty(board.NanoffTarget);
        Assert.True(board.FlashKilobytes >= 4096, "the program and its files need 4 MB of flash");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_folder_of_each_board_tells_how_to_wire_and_flash_it(string name)
    {
        Board board = Boards.Find(name);
        string readme = ReadmeOf(name);
        Assert.Contains($"--target {board.NanoffTarget}", readme);
        Assert.All(Inputs(board).Concat(Outputs(board)), pin => Assert.Matches($@"\bGPIO ?{pin}\b", readme));
        Assert.All(board.Outputs, output => Assert.Contains(output.Name, readme));
        Assert.All(board.Dimmers, dimmer => Assert.Contains(dimmer.Name, readme));
        Assert.All(board.PulseInputs, input => Assert.Contains(input.Name, readme));
        Assert.Contains(board.OneWire == null ? name : board.OneWire.Name, readme);
    }

    private static string ReadmeOf(string name) => Assert.Single(
        Directory.GetFiles(Path.Combine(SourceTree.Repository.Root, "hardware", "boards"), "README.md", SearchOption.AllDirectories)
            .Select(File.ReadAllText),
        text => text.Contains($"\"board\":\"{name}\""));

    /// <summary>What a pin is used for, in the words of <see cref="Strapping"/>; what is not named there is not wanted on such a pin.</summary>
    private static IEnumerable<string> UsesOf(Board board, int pin)
    {
        if (board.Button?.Pin == pin)
            yield return board.Button.IsActiveHigh ? "button high" : "button low";
        else if (board.Lamp?.Pin == pin)
            yield return board.Lamp.IsActiveHigh ? "lamp high" : "lamp low";
        else if (board.Outputs.Any(output => output.Feedback?.Pin == pin && !output.Feedback.IsActiveHigh))
            yield return "feedback low";
        else if (board.SerialLines.Any(line => line.RxPin == pin))
            yield return "receive";
        else if (board.I2cBuses.Any(bus => bus.DataPin == pin || bus.ClockPin == pin))
            yield return "i2c";
        else if (Inputs(board).Concat(Outputs(board)).Contains(pin))
            yield return "another part";
    }

    private static IEnumerable<int> Outputs(Board board) => board.Outputs.Select(output => output.Drive.Pin)
        .Concat(board.SerialLines.Select(line => line.TxPin))
        .Concat(board.SerialLines.Where(line => line.HasDirectionPin).Select(line => line.DirectionPin))
        .Concat(board.I2cBuses.SelectMany(bus => new[] { bus.DataPin, bus.ClockPin }))
        .Concat(board.Dimmers.Select(dimmer => dimmer.Pin))
        .Concat(board.OneWire == null ? [] : [board.OneWire.TxPin])
        .Concat(board.Lamp == null ? [] : [board.Lamp.Pin])
        .Concat(board.Watchdog == null ? [] : [board.Watchdog.Pin]);

    private static IEnumerable<int> Inputs(Board board) => board.Outputs.Where(output => output.Feedback != null).Select(output => output.Feedback.Pin)
        .Concat(board.SerialLines.Select(line => line.RxPin))
        .Concat(board.AdcInputs.Select(input => input.Pin))
        .Concat(board.PulseInputs.Select(input => input.Pin))
        .Concat(board.OneWire == null ? [] : [board.OneWire.RxPin])
        .Concat(board.Button == null ? [] : [board.Button.Pin]);

    private static bool IsS3(Board board) => board.Chip.StartsWith("ESP32-S3", System.StringComparison.Ordinal);

    private static int[] ReservedPins(Board board) =>
        [.. board.ReservedPins.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pin => int.Parse(pin, CultureInfo.InvariantCulture))];
}
