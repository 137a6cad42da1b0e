using System;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>One LuxOS reply: its status and, if any, one named section.</summary>
/// <param name="Letter">S success, E error, W warning, I information, F fatal.</param>
/// <param name="Code">Number of the message.</param>
/// <param name="Msg">What happened, in words.</param>
/// <param name="Section">Name of the section, as "CURTAIL", or null.</param>
/// <param name="Items">Writes the objects of the section.</param>
internal sealed record LuxOsReply(string Letter, int Code, string Msg, string? Section = null, Action<Utf8JsonWriter>? Items = null)
{
    private const string Firmware = "LUXminer 2026.4.3.0-plant";

    /// <summary>The device's clock when the plant's clock shows zero: 2026-01-01 in Unix seconds.</summary>
    private const long EpochSeconds = 1_767_225_600;

    public static LuxOsReply Refusal(int code, string message) => new("E", code, message);

    /// <summary>A success with one object in its section.</summary>
    public static LuxOsReply Of(int code, string message, string section, Action<Utf8JsonWriter> members) =>
        new("S", code, message, section, json => Item(json, members));

    public static void Item(Utf8JsonWriter json, Action<Utf8JsonWriter> members)
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    }

    /// <summary>Writes it with the sections in alphabetical order, as the device does.</summary>
    public void Write(Utf8JsonWriter json, long nowMs)
    {
        json.WriteStartObject();
        var first = Section is not null && string.CompareOrdinal(Section, "STATUS") < 0;
        if (first)
            WriteSection(json);
        json.WriteStartArray("STATUS");
        Item(json, status =>
        {
            status.WriteNumber("Code", Code);
            status.WriteString("Description", Firmware);
            status.WriteString("Msg", Msg);
            status.WriteString("STATUS", Letter);
            status.WriteNumber("When", EpochSeconds + nowMs / 1000);
        });
        json.WriteEndArray();
        if (Section is not null && !first)
            WriteSection(json);
        json.WriteNumber("id", 1);
        json.WriteEndObject();
    }

    private void WriteSection(Utf8JsonWriter json)
    {
        json.WriteStartArray(Section!);
        Items!(json);
        json.WriteEndArray();
    }
}
