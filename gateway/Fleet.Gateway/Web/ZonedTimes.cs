using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Gateway.Web;

/// <summary>Instants in JSON as RFC 3339 has them: with Z or an offset. One without would be the local time of whichever machine reads it.</summary>
internal sealed class ZonedTimes : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at)
            && reader.TryGetDateTime(out var plain) && plain.Kind != DateTimeKind.Unspecified)
            return at;
        throw new JsonException("is no instant such as 2026-03-02T12:00:00Z, with Z or an offset");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
