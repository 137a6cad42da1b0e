using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Fleet.Drivers;

namespace Fleet.Esp32;

/// <summary>
/// Opens TCP connections. A socket here waits for its connection without end, so a timer closes it when the time is
/// over. Names are looked up once and again after a failure; a device that is given by its address is never looked up.
/// </summary>
internal sealed class SocketDialer : IDialer
{
    private readonly object _lock = new object();
    private readonly Hashtable _addresses = new Hashtable();

    public IByteChannel Dial(string host, int port, int timeoutMs)
    {
        Socket socket = null;
        try
        {
            IPEndPoint end = new IPEndPoint(AddressOf(host), port);
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.SendTimeout = timeoutMs;
            socket.ReceiveTimeout = timeoutMs;
            using (Timer limit = new Timer(Abort, socket, timeoutMs, Timeout.Infinite))
                socket.Connect(end);
            return new SocketChannel(socket);
        }
        catch (System.Exception)
        {
            Forget(host);
            Abort(socket);
            return null;
        }
    }

    private static void Abort(object state)
    {
        try
        {
            if (state != null)
                ((Socket)state).Close();
        }
        catch (System.Exception)
        {
            // It was closed already, or never open.
        }
    }

    private IPAddress AddressOf(string host)
    {
        lock (_lock)
        {
            IPAddress address = (IPAddress)_addresses[host];
            if (address == null)
            {
                address = LookUp(host);
                _addresses[host] = address;
            }
            return address;
        }
    }

    private void Forget(string host)
    {
        lock (_lock)
            _addresses.Remove(host);
    }

    private static IPAddress LookUp(string host)
    {
        for (int i = 0; i < host.Length; i++)
        {
            bool isNumeric = host[i] == '.' || (host[i] >= '0' && host[i] <= '9');
            if (!isNumeric)
                return Dns.GetHostEntry(host).AddressList[0];
        }
        return IPAddress.Parse(host);
    }
}
