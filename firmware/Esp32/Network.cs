using System;
using System.Net.NetworkInformation;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>
/// Says whether the board is on its network. Getting there is the firmware's work: at boot it opens the cable or joins
/// the Wi-Fi that nanoff put into it, asks for an address, and joins again by itself when it was lost.
/// </summary>
internal sealed class Network
{
    private readonly NetworkKind _kind;
    private string _said = "";

    public Network(NetworkKind kind)
    {
        _kind = kind;
    }

    /// <summary>Logs where the board stands when that has changed.</summary>
    public void Look()
    {
        string state = State();
        if (state != _said)
            Log.Line("network: " + state);
        _said = state;
    }

    private string State()
    {
        try
        {
            NetworkInterface[] all = NetworkInterface.GetAllNetworkInterfaces();
            for (int i = 0; i < all.Length; i++)
            {
                string address = all[i].IPv4Address;
                if (address != null && address.Length > 0 && address[0] != '0')
                    return "address " + address;
            }
            return _kind == NetworkKind.Ethernet
                ? "no address; is the cable in, and does the network give addresses?"
                : "no address; Wi-Fi name and password are put in with nanoff --networkdeployment";
        }
        catch (Exception)
        {
            return "the machine's own";
        }
    }
}
