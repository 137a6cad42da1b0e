using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fleet.Drivers;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>
/// A bus with a script: the exact bytes a driver must send, and the bytes it gets for them, in fake time.
/// <code>
/// Transcript bus = new();
/// bus.On("GET / HTTP/1.1\r\n\r\n").Answer("HTTP/1.1 204 No Content\r\n\r\n");
/// driver.Step(bus.NowMs);
/// bus.Done();
/// </code>
/// Strings are bytes in Latin-1. As a dialer it takes one exchange a connection; as a channel, a serial line, it takes
/// them one after another.
/// </summary>
public sealed class Transcript : IDialer, IByteChannel
{
    private readonly List<Exchange> _script = [];
    private readonly List<string> _problems = [];
    private readonly List<byte> _sent = [];
    private readonly Queue<byte> _answer = new();
    private int _at;
    private bool _answered;
    private bool _closes;

    /// <summary>The fake time: it moves when the driver waits, and by <see cref="Pass"/>.</summary>
    public long NowMs { get; private set; }

    /// <summary>Exchanges of the script that have been begun.</summary>
    public int Begun { get; private set; }

    /// <summary>Where the driver has dialled, as host:port.</summary>
    public List<string> Dialled { get; } = [];

    /// <summary>The next request; give it an answer, or none for silence.</summary>
    public Exchange On(string request) => On(Encoding.Latin1.GetBytes(request));

    /// <summary>The next request; give it an answer, or none for silence.</summary>
    public Exchange On(byte[] request)
    {
        Exchange exchange = new(request);
        _script.Add(exchange);
        return exchange;
    }

    /// <summary>The next connection is refused.</summary>
    public void Refuse() => _script.Add(new Exchange([]) { IsRefused = true });

    /// <summary>Lets time pass.</summary>
    public void Pass(long ms) => NowMs += ms;

    /// <summary>Steps the driver through the rest of the script, a tenth of a second apart, for at most this long.</summary>
    public void Run(Driver driver, long ms = 600_000)
    {
        for (long end = NowMs + ms; NowMs < end && _at < _script.Count && _problems.Count == 0; Pass(100))
            driver.Step(NowMs);
        Done();
    }

    /// <summary>Fails unless the driver has sent exactly what the script says.</summary>
    public void Done()
    {
        Assert.Empty(_problems);
        Assert.Equal(_script.Count, _at);
    }

    IByteChannel? IDialer.Dial(string host, int port, int timeoutMs)
    {
        Dialled.Add($"{host}:{port}");
        if (_at == _script.Count)
        {
            _problems.Add($"at {NowMs} ms: a connection that is not in the script");
            return null;
        }

        Begun++;
        _sent.Clear();
        _answer.Clear();
        (_answered, _closes) = (false, false);
        if (!_script[_at].IsRefused)
            return this;
        _at++;
        return null;
    }

    bool IByteChannel.Write(byte[] buffer, int offset, int count)
    {
        _sent.AddRange(buffer.AsSpan(offset, count));
        byte[] wanted = _at < _script.Count ? _script[_at].Request : [];
        if (!wanted.AsSpan().StartsWith(_sent.ToArray()))
            _problems.Add($"at {NowMs} ms: sent {Show([.. _sent])} instead of {Show(wanted)}");
        else if (wanted.Length == _sent.Count)
        {
            Exchange exchange = _script[_at++];
            foreach (byte one in exchange.Reply)
                _answer.Enqueue(one);
            (_answered, _closes) = (true, exchange.Closes);
            _sent.Clear();
        }

        return true;
    }

    int IByteChannel.Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        if (_answer.Count == 0 && _answered && _closes)
            return -1;
        if (_answer.Count == 0)
        {
            NowMs += leftMs;
            leftMs = 0;
            return 0;
        }

        int taken = int.Min(count, _answer.Count);
        for (int i = 0; i < taken; i++)
            buffer[offset + i] = _answer.Dequeue();
        return taken;
    }

    void IByteChannel.Close()
    {
    }

    private static string Show(byte[] bytes) =>
        string.Concat(bytes.Select(one => one is >= 0x20 and < 0x7F ? ((char)one).ToString() : $"\\x{one:X2}"));

    /// <summary>A request and its answer.</summary>
    public sealed class Exchange(byte[] request)
    {
        internal byte[] Request { get; } = request;

        internal byte[] Reply { get; private set; } = [];

        internal bool Closes { get; private set; }

        internal bool IsRefused { get; init; }

        /// <summary>Answers these bytes; the connection stays open.</summary>
        public void Answer(string reply) => Answer(Encoding.Latin1.GetBytes(reply));

        /// <summary>Answers these bytes; the connection stays open.</summary>
        public void Answer(byte[] reply) => Reply = reply;

        /// <summary>Answers these bytes, then closes the connection.</summary>
        public void AnswerAndClose(string reply)
        {
            Answer(reply);
            Closes = true;
        }
    }
}
