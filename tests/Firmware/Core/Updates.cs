using System;
using System.Linq;
using System.Security.Cryptography;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What a gateway does to update a controller of a rig.</summary>
internal static class Updates
{
    public static byte[] NewImage(int bytes, int seed = 1)
    {
        byte[] image = new byte[bytes];
        new Random(seed).NextBytes(image);
        return image;
    }

    public static string DigestOf(byte[] image) => Convert.ToHexStringLower(SHA256.HashData(image));

    public static ImagePart Part(FirmwareRig rig, byte[] image, int offset, int count = Bounds.ImagePartBytes) => rig.Signed(new ImagePart
    {
        ImageBytes = image.Length,
        Sha256 = DigestOf(image),
        Offset = offset,
        Content = Convert.ToHexStringLower(image.AsSpan(offset, Math.Min(count, image.Length - offset))),
    });

    /// <summary>Sends one message and answers what the controller says to it.</summary>
    public static Ack Ask(FirmwareRig rig, Kind kind, SignedMessage message)
    {
        rig.Uplink.Sent.Clear();
        rig.Beat().Send(kind, message);
        rig.Tick();
        return Assert.Single(rig.Uplink.Acks, ack => ack.Kind == kind);
    }

    /// <summary>How many bytes of the image the controller says it has.</summary>
    public static int Stored(FirmwareRig rig, byte[] image) => Ask(rig, Kind.Image, Part(rig, image, 0, 0)).StoredBytes;

    /// <summary>Sends the image from where the controller says on.</summary>
    public static void Send(FirmwareRig rig, byte[] image)
    {
        int stored = Stored(rig, image);
        while (stored < image.Length)
        {
            Ack ack = Ask(rig, Kind.Image, Part(rig, image, stored));
            Assert.Equal((AckResult.Accepted, ""), (ack.Result, ack.Reason));
            Assert.True(ack.StoredBytes > stored);
            stored = ack.StoredBytes;
        }
    }

    public static Ack AskToRun(FirmwareRig rig, byte[] image) =>
        Ask(rig, Kind.Command, rig.Signed(new Command { Action = CommandAction.Update, Argument = DigestOf(image) }));

    /// <summary>Has the image that was sent put on trial.</summary>
    public static void Activate(FirmwareRig rig, byte[] image)
    {
        Ack ack = AskToRun(rig, image);
        Assert.Equal((AckResult.Accepted, ""), (ack.Result, ack.Reason));
    }
}
