using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

/// <summary>
/// The bytes of every message, in golden/: a change of them is a change of the contract with controllers in the field.
/// With FLEET_WRITE_GOLDEN=1 in the environment the files are written anew instead of compared.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Names => new TheoryData<string>(Samples.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Writes_the_bytes_of_the_golden_file(string name)
    {
        byte[] buffer = new byte[Bounds.PayloadBytes];
        int length = Samples.Filled(name).Write(buffer, out string reason);
        Assert.Null(reason);
        string json = Encoding.UTF8.GetString(buffer, 0, length) + "\n";
        string path = Path.Combine(Folder(), name + ".json");
        if (Environment.GetEnvironmentVariable("FLEET_WRITE_GOLDEN") == "1")
            File.WriteAllText(path, json);
        Assert.Equal(File.ReadAllText(path), json);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_golden_file_as_the_message_it_was_written_from(string name)
    {
        byte[] payload = File.ReadAllBytes(Path.Combine(Folder(), name + ".json"));
        Message message = Messages.EmptyLike(Samples.Filled(name));
        Assert.True(message.TryRead(payload, payload.Length, out string reason), reason);
        Assert.Equivalent(Samples.Filled(name), message, strict: true);
    }

    [Fact]
    public void Has_a_golden_file_for_every_kind()
    {
        for (Kind kind = 0; (int)kind < Topics.KindCount; kind++)
            Assert.True(File.Exists(Path.Combine(Folder(), Topics.NameOf(kind) + ".json")), kind.ToString());
    }

    private static string Folder([CallerFilePath] string here = "")
    {
        return Path.Combine(Path.GetDirectoryName(here)!, "golden");
    }
}
