using System;
using System.IO;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Hardware;
using nanoFramework.Hardware.Esp32;

namespace Fleet.Esp32;

/// <summary>
/// What the program needs of the machine it runs on: here a board with flash, pins, lamp and button. For the interpreter
/// of a PC there is another class of this name, in <c>firmware/NanoPc</c>.
/// </summary>
internal sealed class Device
{
    private readonly Controller _controller;
    private readonly Lamp _lamp;
    private readonly ResetButton _button;
    private readonly GpioLine _watchdog;
    private bool _isFed;

    public Device(Board board, Controller controller, Clock clock)
    {
        _controller = controller;
        _lamp = new Lamp(board.Lamp, clock);
        _button = new ResetButton(board.Button, controller);
        if (board.Watchdog == null)
            return;
        try
        {
            _watchdog = GpioLine.ForOutput(board.Watchdog);
        }
        catch (Exception failure)
        {
            Log.Failure("watchdog", failure);
        }
    }

    /// <summary>Where records are kept.</summary>
    public static IStore NewStore()
    {
        return new SlotStore(new FlashFiles());
    }

    /// <summary>
    /// Whether the chip has had power since before this boot: its clock is still set, which any reset but that of power leaves
    /// running (esp-hal, Rtc::time_since_power_up). A clock that was never set does not tell.
    /// </summary>
    public static bool IsWarm
    {
        get { return DateTime.UtcNow.Year >= 2020; }
    }

    /// <summary>Where images of the firmware are kept; null where there is no such place.</summary>
    public static IImageSlots NewImages()
    {
        return new FlashImages();
    }

    /// <summary>Says whether this board can run an image from storage.</summary>
    public static void Judge(IImageSlots images, Board board)
    {
        ((FlashImages)images).Refusal = board.PsramKilobytes > 0 ? null : "this board has no memory for images from storage: flash the new one with nanoff";
    }

    /// <summary>The board's parts by their names.</summary>
    public static IPorts PortsOf(Board board)
    {
        return new BoardPorts(board);
    }

    /// <summary>The settings file; null, with the problem, when there is none. Throws when storage does not work.</summary>
    public static byte[] ReadSettings(string path, out string problem)
    {
        problem = null;
        if (!File.Exists(path))
        {
            problem = path + " is missing";
            return null;
        }
        FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        try
        {
            if (stream.Length > Settings.FileBytes)
            {
                problem = path + " is longer than " + Settings.FileBytes.ToString() + " bytes";
                return null;
            }
            byte[] file = new byte[(int)stream.Length];
            int length = 0;
            while (length < file.Length)
            {
                int count = stream.Read(file, length, file.Length - length);
                if (count <= 0)
                {
                    problem = path + " ends early";
                    return null;
                }
                length += count;
            }
            return file;
        }
        finally
        {
            stream.Close();
        }
    }

    /// <summary>The largest free block of the chip's own memory; false where the firmware does not tell.</summary>
    public static bool TryLargestFree(out int bytes)
    {
        NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.Internal, out _, out _, out uint largest);
        bytes = (int)largest;
        return largest > 0;
    }

    /// <summary>Tells the watchdog chip, where there is one, that the program ticks.</summary>
    public void Feed()
    {
        _isFed = !_isFed;
        _watchdog?.Set(_isFed);
    }

    /// <summary>Shows how the link stands and looks at the button; called at every tick.</summary>
    public void Step(long nowMs, bool isOnline)
    {
        _lamp.Show(LampCode.Of(isOnline, _controller.IsTripped, _controller.Faults));
        _button.Step(nowMs);
    }

    /// <summary>Shows a technician which box it is.</summary>
    public void Identify()
    {
        _lamp.Identify();
    }
}
