using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Fleet.Virtual.Plant;

/// <summary>What a small HTTP/1.1 device answers to one request.</summary>
/// <param name="Status">Code and reason, as "200 OK".</param>
/// <param name="Type">Content type.</param>
/// <param name="Body">Content; may be empty.</param>
/// <param name="Chunked">Sent in chunks rather than with Content-Length.</param>
/// <param name="Closes">The device closes the connection afterwards.</param>
public readonly record struct HttpAnswer(string Status, string Type, byte[] Body, bool Chunked = false, bool Closes = false);

/// <summary>Answers one HTTP request; the Authorization header is null where there is none.</summary>
public delegate HttpAnswer HttpHandler(string method, string path, string? authorization, ReadOnlySpan<byte> body);

/// <summary>An HTTP/1.1 connection as the web server of ESP-IDF keeps it: persistent, small limits, no request chunks.</summary>
public sealed class HttpConversation(HttpHandler handler) : Conversation
{
    /// <summary>Longest request line and headers.</summary>
    public const int HeadLimitBytes = 1024;

    /// <summary>Longest request body, as ESP-Miner's scratch buffer.</summary>
    public const int BodyLimitBytes = 10_240;

    private const int ChunkBytes = 512;

    private readonly List<byte> _in = [];

    public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
    {
        _in.AddRange(bytes);
        while (_in.Count > 0)
        {
            var request = _in.ToArray();
            var headEnd = request.AsSpan().IndexOf("\r\n\r\n"u8);
            if (headEnd < 0 && _in.Count <= HeadLimitBytes)
                return true;
            if (headEnd < 0 || headEnd > HeadLimitBytes)
                return Answer(Refuse("431 Request Header Fields Too Large", "Header fields are too long"), false, reply);
            var lines = Encoding.ASCII.GetString(request, 0, headEnd).Split("\r\n");
            var words = lines[0].Split(' ');
            if (words.Length != 3 || !words[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
                return Answer(Refuse("400 Bad Request", "Bad request syntax"), false, reply);
            if (!int.TryParse(Header(lines, "Content-Length") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return Answer(Refuse("400 Bad Request", "Bad request syntax"), false, reply);
            if (length >= BodyLimitBytes)
                return Answer(Refuse("500 Internal Server Error", "content too long"), false, reply);
            var bodyStart = headEnd + 4;
            if (request.Length < bodyStart + length)
                return true;
            _in.RemoveRange(0, bodyStart + length);
            var keep = !string.Equals(Header(lines, "Connection"), "close", StringComparison.OrdinalIgnoreCase);
            if (!Answer(handler(words[0], words[1], Header(lines, "Authorization"), request.AsSpan(bodyStart, length)), keep, reply))
                return false;
        }

        return true;
    }

    /// <summary>An error as the device's web server words it.</summary>
    public static HttpAnswer Refuse(string status, string message) =>
        new(status, "text/html", Encoding.UTF8.GetBytes(message), Closes: true);

    private static string? Header(string[] lines, string name)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            var colon = lines[i].IndexOf(':');
            if (colon > 0 && lines[i].AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
                return lines[i][(colon + 1)..].Trim();
        }

        return null;
    }

    private static bool Answer(HttpAnswer answer, bool keep, IBufferWriter<byte> reply)
    {
        keep &= !answer.Closes;
        var framing = answer.Chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {answer.Body.Length}";
        var closing = keep ? "" : "Connection: close\r\n";
        Text(reply, $"HTTP/1.1 {answer.Status}\r\nContent-Type: {answer.Type}\r\n{framing}\r\nAccess-Control-Allow-Origin: *\r\n{closing}\r\n");
        if (!answer.Chunked)
        {
            reply.Write(answer.Body);
            return keep;
        }

        for (var at = 0; at < answer.Body.Length; at += ChunkBytes)
        {
            var chunk = answer.Body.AsSpan(at, int.Min(ChunkBytes, answer.Body.Length - at));
            Text(reply, $"{chunk.Length:x}\r\n");
            reply.Write(chunk);
            Text(reply, "\r\n");
        }

        Text(reply, "0\r\n\r\n");
        return keep;
    }

    private static void Text(IBufferWriter<byte> reply, string text) => reply.Write(Encoding.ASCII.GetBytes(text));
}
