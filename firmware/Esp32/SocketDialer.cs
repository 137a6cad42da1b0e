using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Fleet.Drivers;

namespace Fleet.Esp32;

/// <summary>
/// Opens TCP connections. A socket here waits for its connection without end, so a timer closes it when the time is
/// over. Names are looked up once and again after a failure; one that is an address is read anew, as keeping it takes 150 bytes.
/// </summary>
internal sealed class SocketDialer : IDialer
{
    private readonly object _lock = new object();
    private Hashtable _addresses;

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
        if (IsNumeric(host))
            return IPAddress.Parse(host);
        lock (_lock)
        {
            _addresses ??= new Hashtable();
            IPAddress address = (IPAddress)_addresses[host];
            if (address == null)
            {
                address = Dns.GetHostEntry(host).AddressList[0];
                _addresses[host] = address;
            }
            return address;
        }
    }

    private void Forget(string host)
    {
        lock (_lock)
        {
            if (_addresses != null)
                _addresses.Remove(host);
        }
    }

    private static bool IsNumeric(string host)
    {
        for (int i = 0; i < host.Length; i++)
        {
            if (host[i] != '.' && (host[i] < '0' || host[i] > '9'))
                return false;
        }
        return true;
    }
}
