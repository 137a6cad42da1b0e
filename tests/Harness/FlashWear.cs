using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Tests.Harness;

/// <summary>
/// What a day of writes does to the flash of a board with 4 MB. The figures: the partition of the files has 256 KB under
/// littlefs (nf-interpreter, targets/ESP32/_IDF/esp32/partitions_nanoclr_4mb.csv: <c>config, data, littlefs, 0x3C0000, 0x40000</c>);
/// a block is the 4 KB sector of the chip, which bears at least 100,000 erasures (Winbond W25Q32JV, data sheet, "Min. 100K
/// Program-Erase cycles per sector"). littlefs spreads them over what is free (littlefs, DESIGN.md, "Wear leveling"): here over
/// half of the blocks, as files of technician and configuration may lie still on the others.
/// <code>
/// a write    data          a file beyond an eighth of a block has blocks of its own, erased each time; a smaller one has none
///            (lfs.h, inline_max)
///            directory     its log, which is erased when full: three commits of two units of 128 bytes a write (truncate, write,
///            close; esp_littlefs, Kconfig, LITTLEFS_WRITE_SIZE), and half of the block is taken by what lives
/// </code>
/// </summary>
public sealed class FlashWear(IEnumerable<FlashWrite> writes, double days)
{
    private const int BlockBytes = 4096;
    private const int PartitionBytes = 0x40000;
    private const int Erasures = 100_000;
    private const int InlineBytes = BlockBytes / 8;
    private const double DirectoryErasures = 3 * 2 * 128 / (BlockBytes / 2.0);

    private readonly int[] _bytes = [.. writes.Select(write => write.Bytes.Length)];

    public double WritesADay => _bytes.Length / days;

    public double BytesADay => _bytes.Sum() / days;

    public double ErasuresADay => _bytes.Sum(bytes => DirectoryErasures + (bytes > InlineBytes ? Math.Ceiling(bytes / (double)BlockBytes) : 0)) / days;

    public double Years => Erasures * (PartitionBytes / BlockBytes / 2.0) / ErasuresADay / 365.25;

    public override string ToString() => FormattableString.Invariant($"{WritesADay:F0} writes, {BytesADay / 1024:F0} KB, {ErasuresADay:F0} erasures a day: {Years:F0} years");
}
