using System;
using System.Net.Sockets;
using Fleet.Drivers;

namespace Fleet.Esp32;

/// <summary>One TCP connection.</summary>
internal sealed class SocketChannel : IByteChannel
{
    private readonly Socket _socket;

    public SocketChannel(Socket socket)
    {
        _socket = socket;
    }

    public int Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        if (leftMs <= 0)
            return 0;
        long startMs = Environment.TickCount64;
        try
        {
            if (!_socket.Poll(leftMs * 1000, SelectMode.SelectRead))
                return 0;
            int received = _socket.Receive(buffer, offset, count, SocketFlags.None);
            return received > 0 ? received : -1;
        }
        catch (Exception)
        {
            return -1;
        }
        finally
        {
            leftMs -= (int)(Environment.TickCount64 - startMs);
        }
    }

    public bool Write(byte[] buffer, int offset, int count)
    {
        try
        {
            return _socket.Send(buffer, offset, count, SocketFlags.None) == count;
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Close()
    {
        try
        {
            _socket.Close();
        }
        catch (Exception)
        {
            // It has ended already.
        }
    }
}
