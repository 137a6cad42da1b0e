using System;
using System.Buffers;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>Writes one JSON value the way small devices do: no indentation, no escapes beyond need.</summary>
internal static class JsonReply
{
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static ReadOnlySpan<byte> Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Plain);
        body(json);
        json.Flush();
        return buffer.WrittenSpan;
    }
}
