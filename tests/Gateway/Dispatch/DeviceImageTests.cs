using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Tests.Harness;
using Fleet.Virtual;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>What the gateway says to images, before any of it is sent.</summary>
public sealed class DeviceImageTests
{
    [Fact]
    public void Assemblies_one_after_another_at_multiples_of_four_bytes_are_an_image()
    {
        Assert.Null(DeviceImage.WrongIn(DeviceAssembly.Compiled));
        Assert.Null(DeviceImage.WrongIn([.. DeviceAssembly.Compiled, .. DeviceAssembly.Of(300), .. DeviceAssembly.Compiled]));
        Assert.Null(DeviceImage.WrongIn([.. DeviceAssembly.Of(301), 0, 0, 0, .. DeviceAssembly.Of(125)]));
        Assert.Null(DeviceImage.WrongIn([.. DeviceAssembly.Of(301), 0, 0, 0]));
        Assert.Null(DeviceImage.WrongIn(DeviceAssembly.Of(DeviceAssembly.HeaderBytes)));
        Assert.Null(DeviceImage.WrongIn(new VirtualImage("0.2.0").ToBytes(1_001)));
    }

    [Fact]
    public void Every_bit_that_is_turned_over_in_a_compiled_assembly_is_found()
    {
        for (var bit = 0; bit < DeviceAssembly.Compiled.Length * 8; bit++)
        {
            byte[] image = [.. DeviceAssembly.Compiled];
            image[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.NotNull(DeviceImage.WrongIn(image));
        }
    }

    [Fact]
    public void Every_cut_is_found_and_so_is_every_rest_behind_the_last_assembly()
    {
        byte[] image = [.. DeviceAssembly.Compiled, .. DeviceAssembly.Compiled];
        for (var length = 0; length < image.Length; length++)
            Assert.Equal(length != DeviceAssembly.Compiled.Length, DeviceImage.WrongIn(image.AsSpan(0, length)) is not null);
        Assert.NotNull(DeviceImage.WrongIn([.. image, 0]));
        Assert.NotNull(DeviceImage.WrongIn([.. DeviceAssembly.Of(301), 0, 1, 0]));
    }

    [Fact]
    public void What_is_wrong_is_told_with_what_to_do()
    {
        Says("The image is no assembly for the device: give the .pe files of the firmware, one after another, not the .bin or a .dll.", "MZ this is a dll"u8.ToArray());
        Says("The image is no assembly for the device", []);
        Says("Assembly 1 of the image is made for nanoFramework 2, and the firmware runs on 1: build it with", [.. "NFMRK2"u8, .. new byte[200]]);
        Says("Assembly 1 of the image is cut off: 6 bytes are left of a header of 124", "NFMRK1"u8.ToArray());
        Says("Assembly 2 of the image begins with no mark of one", [.. DeviceAssembly.Compiled, .. new byte[200]]);
        Says("Assembly 2 of the image is cut off: 355 bytes are left of its 356", [.. DeviceAssembly.Compiled, .. DeviceAssembly.Compiled[..^1]]);
        Says("Assembly 1 of the image is damaged: its header does not fit its checksum", Changed(DeviceAssembly.Compiled, at: 30));
        Says("Assembly 2 of the image is damaged: its tables do not fit their checksum", [.. DeviceAssembly.Compiled, .. Changed(DeviceAssembly.Compiled, at: 200)]);
        Says("Assembly 1 of the image needs native methods, which only the flashed image has", DeviceAssembly.Of(200, bytes => bytes[20] = 1));
        Says("Assembly 1 of the image wants a restart to be loaded", DeviceAssembly.Of(200, bytes => bytes[16] = 1));
    }

    [Theory]
    [InlineData(38, 2)]
    [InlineData(40, 100)]
    [InlineData(44, 90)]
    [InlineData(60, 200)]
    [InlineData(100, 123)]
    [InlineData(103, 0x80)]
    [InlineData(104, 1)]
    public void A_header_that_fits_its_checksum_and_makes_no_sense_is_found(int at, byte value) =>
        Says("Assembly 1 of the image has a header that the interpreter does not take", DeviceAssembly.Of(180, bytes => bytes[at] = value));

    private static byte[] Changed(byte[] image, int at) => [.. image.Select((one, i) => i == at ? (byte)(one ^ 1) : one)];

    private static void Says(string beginning, byte[] image) => Assert.StartsWith(beginning, DeviceImage.WrongIn(image) ?? "nothing");
}
