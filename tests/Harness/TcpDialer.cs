using System;
using System.Net.Sockets;
using Fleet.Drivers;

namespace Fleet.Tests.Harness;

/// <summary>Real TCP for a driver under test. Waits are taken off as asked for, not as measured: the test has no clock.</summary>
public sealed class TcpDialer : IDialer
{
    public IByteChannel? Dial(string host, int port, int timeoutMs)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(host, port);
            return new Channel(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private sealed class Channel(Socket socket) : IByteChannel
    {
        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            try
            {
                if (socket.Poll(TimeSpan.FromMilliseconds(leftMs), SelectMode.SelectRead))
                    return socket.Receive(buffer, offset, count, SocketFlags.None) is > 0 and var received ? received : -1;
                leftMs = 0;
                return 0;
            }
            catch (SocketException)
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
            catch (SocketException)
            {
                return false;
            }
        }

        public void Close() => socket.Dispose();
    }
}
