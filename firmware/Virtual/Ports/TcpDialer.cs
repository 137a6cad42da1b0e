using System;
using System.Net;
using System.Net.Sockets;
using Fleet.Drivers;

namespace Fleet.Virtual.Ports;

/// <summary>Opens real TCP connections for drivers.</summary>
/// <remarks>
/// Drivers' time-outs are times of the clock. A fast clock would leave none of them to the machine beneath, which needs
/// its milliseconds whatever the clock says; so they pass at most <see cref="MostHurry"/> times faster than the world.
/// </remarks>
public sealed class TcpDialer(SpeedClock clock) : IDialer
{
    /// <summary>At this speed a driver's 3 s are 200 ms of the world, a hundred times what loopback takes.</summary>
    public const int MostHurry = 15;

    private readonly int _hurry = int.Min(clock.Speed, MostHurry);

    /// <inheritdoc/>
    public IByteChannel? Dial(string host, int port, int timeoutMs)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Blocking = false;
            try
            {
                socket.Connect(AddressOf(host), port);
            }
            catch (SocketException waits) when (waits.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                if (!socket.Poll(WorldMicroseconds(timeoutMs), SelectMode.SelectWrite) || !socket.Connected)
                    throw new SocketException((int)SocketError.TimedOut);
            }
            socket.Blocking = true;
            return new TcpChannel(this, socket);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static IPAddress AddressOf(string host) => IPAddress.TryParse(host, out var address)
        ? address
        : Dns.GetHostAddresses(host, AddressFamily.InterNetwork)[0];

    private int WorldMicroseconds(int ms) => (int)long.Min(ms * 1000L / _hurry, int.MaxValue);

    /// <summary>One connection; every wait is bounded, and taken off in the driver's own time.</summary>
    private sealed class TcpChannel(TcpDialer dialer, Socket socket) : IByteChannel
    {
        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            var began = TimeProvider.System.GetTimestamp();
            try
            {
                var isReady = socket.Poll(dialer.WorldMicroseconds(leftMs), SelectMode.SelectRead);
                var waitedMs = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds * dialer._hurry;
                leftMs = isReady ? (int)double.Max(0, leftMs - waitedMs) : 0;
                if (!isReady)
                    return 0;
                var read = socket.Receive(buffer, offset, count, SocketFlags.None);
                return read == 0 ? -1 : read;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return -1;
            }
        }

        public bool Write(byte[] buffer, int offset, int count)
        {
            try
            {
                return socket.Send(buffer, offset, count, SocketFlags.None) == count;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }

        // Nothing of the exchange is left to send, and a plant is asked often: no port is kept waiting.
        public void Close() => socket.Close(0);
    }
}
