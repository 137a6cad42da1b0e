using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>A serial line without wires: a Linux pseudo-terminal in raw mode.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 0x2 | 0x100;
    private const int TermiosBytes = 256;

    private PseudoTerminal(FileStream device, FileStream port) => (Device, Port) = (device, port);

    /// <summary>The end of the device.</summary>
    public FileStream Device { get; }

    /// <summary>The end a controller opens as its serial port.</summary>
    public FileStream Port { get; }

    public static bool TryOpen([NotNullWhen(true)] out PseudoTerminal? terminal)
    {
        terminal = null;
        if (!OperatingSystem.IsLinux())
            return false;
        var master = posix_openpt(ReadWriteNoControl);
        if (master < 0)
            return false;
        var device = new FileStream(new SafeFileHandle(master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        var name = new byte[128];
        if (grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, name.Length) != 0)
        {
            device.Dispose();
            return false;
        }

        var path = System.Text.Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        var port = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var termios = new byte[TermiosBytes];
        var descriptor = (int)port.SafeFileHandle.DangerousGetHandle();
        if (tcgetattr(descriptor, termios) == 0)
        {
            cfmakeraw(termios);
            if (tcsetattr(descriptor, 0, termios) == 0)
                terminal = new PseudoTerminal(device, port);
        }

        return terminal is not null;
    }

    public void Dispose()
    {
        // The port first: it ends the device's read, which nothing else would.
        Port.Dispose();
        Device.Dispose();
    }

    [DllImport("libc")]
    private static extern int posix_openpt(int flags);

    [DllImport("libc")]
    private static extern int grantpt(int descriptor);

    [DllImport("libc")]
    private static extern int unlockpt(int descriptor);

    [DllImport("libc")]
    private static extern int ptsname_r(int descriptor, byte[] name, nint length);

    [DllImport("libc")]
    private static extern int tcgetattr(int descriptor, byte[] termios);

    [DllImport("libc")]
    private static extern void cfmakeraw(byte[] termios);

    [DllImport("libc")]
    private static extern int tcsetattr(int descriptor, int when, byte[] termios);
}
