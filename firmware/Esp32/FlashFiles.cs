using System;
using System.IO;
using Fleet.Core;

namespace Fleet.Esp32;

/// <summary>The files of the board's flash, for records and images. What fails is logged once.</summary>
internal sealed class FlashFiles : IFlashFiles
{
    private const string Root = "I:\\";

    private bool _hasComplained;
    private bool _isAbsent;

    public int LengthOf(string name)
    {
        FileStream stream = Open(name, FileMode.Open, FileAccess.Read);
        if (stream == null)
            return 0;
        long length = stream.Length;
        stream.Close();
        return (int)length;
    }

    public bool TryRead(string name, int offset, byte[] into, int count)
    {
        FileStream stream = Open(name, FileMode.Open, FileAccess.Read);
        if (stream == null)
            return false;
        try
        {
            stream.Position = offset;
            int filled = 0;
            int read = 1;
            while (filled < count && read > 0)
            {
                read = stream.Read(into, filled, count - filled);
                filled += read;
            }
            return filled == count;
        }
        finally
        {
            stream.Close();
        }
    }

    public void Write(string name, byte[] head, byte[] bytes, int count)
    {
        FileStream stream = Open(name, FileMode.Create, FileAccess.Write);
        try
        {
            stream.Write(head, 0, head.Length);
            stream.Write(bytes, 0, count);
            stream.Flush();
        }
        finally
        {
            stream.Close();
        }
    }

    /// <summary>Opens a file; null where there is none to read.</summary>
    public FileStream Open(string name, FileMode mode, FileAccess access)
    {
        // An interpreter without storage keeps a stack frame of every such call for ever: it is asked once.
        if (_isAbsent)
            throw new NotSupportedException();
        try
        {
            return access == FileAccess.Read && !File.Exists(Root + name) ? null : new FileStream(Root + name, mode, access);
        }
        catch (Exception failure)
        {
            if (!_hasComplained)
                Log.Failure("storage: " + name, failure);
            _hasComplained = true;
            _isAbsent |= failure is NotSupportedException;
            throw;
        }
    }
}
