using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Boot ids: none twice, whatever happens to the flash, because sequences of everything begin anew with each.</summary>
public sealed class BootRecordTests
{
    private static readonly byte[] Zeros = new byte[BootRecord.RandomBytes];
    private readonly TornFlash _flash = new();

    [Fact]
    public void Grows_from_boot_to_boot_without_any_luck()
    {
        long last = 0;
        for (int i = 0; i < 100; i++)
        {
            BootRecord boot = Boot(_flash, Zeros);
            Assert.InRange(boot.BootId, last + 1, Bounds.Counter);
            last = boot.BootId;
        }
    }

    [Theory]
    [InlineData(Tear.Short)]
    [InlineData(Tear.Noise)]
    [InlineData(Tear.Over)]
    [InlineData(Tear.Old)]
    public void Is_new_after_a_cut_at_any_byte_of_its_write(Tear tear)
    {
        HashSet<long> used = [Boot(_flash, Zeros).BootId, Boot(_flash, Zeros).BootId, Boot(_flash, Zeros).BootId];
        Boot(_flash, Zeros);
        FlashWrite write = _flash.Writes[^1];
        for (int count = 0; count < write.Bytes.Length; count++)
            Assert.DoesNotContain(Boot(write.CutAt(count, tear), Zeros).BootId, used);
    }

    [Fact]
    public void Last_words_cut_at_any_byte_cost_the_reason_and_not_the_count()
    {
        BootRecord boot = Boot(_flash, Zeros);
        boot.Note(BootReason.Command);
        FlashWrite write = _flash.Writes[^1];
        for (int count = 0; count <= write.Bytes.Length; count++)
        {
            BootRecord next = Boot(write.CutAt(count, Tear.Noise), Zeros);
            Assert.True(next.BootId > boot.BootId);
            Assert.Equal(count == write.Bytes.Length ? BootReason.Command : BootReason.Unknown, next.Reason);
        }
    }

    [Fact]
    public void Damage_of_the_newest_count_is_made_up_for_by_the_random_bits()
    {
        long first = Boot(_flash, Random(1)).BootId;
        long second = Boot(_flash, Random(2)).BootId;
        _flash.Files["boot.1"][17] ^= 1;
        long third = Boot(_flash, Random(3)).BootId;
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Without_a_flash_it_is_random_and_of_a_range_of_its_own(bool failsToRead, bool failsToWrite)
    {
        long kept = Boot(_flash, Random(1)).BootId;
        (_flash.FailsToRead, _flash.FailsToWrite) = (failsToRead, failsToWrite);
        long[] ids = [.. Enumerable.Range(0, 1000).Select(i => Boot(_flash, Random(i)).BootId)];
        Assert.Equal(1000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, (Bounds.Counter >> 1) + 1, Bounds.Counter));
        (_flash.FailsToRead, _flash.FailsToWrite) = (false, false);
        Assert.InRange(Boot(_flash, Random(1)).BootId, kept + 1, Bounds.Counter >> 1);
    }

    [Fact]
    public void The_last_words_of_a_boot_that_could_not_be_kept_do_not_spoil_the_count()
    {
        Boot(_flash, Zeros);
        _flash.FailsToWrite = true;
        BootRecord unkept = Boot(_flash, Random(1));
        _flash.FailsToWrite = false;
        new BootRecord(new SlotStore(_flash), unkept.BootId, BootReason.Unknown).Note(BootReason.TickStalled);
        Assert.InRange(Boot(_flash, Zeros).BootId, 1, Bounds.Counter >> 1);
    }

    private static BootRecord Boot(TornFlash flash, byte[] random) => new(new SlotStore(flash), random);

    private static byte[] Random(int seed)
    {
        byte[] random = new byte[BootRecord.RandomBytes];
        new Random(seed).NextBytes(random);
        return random;
    }
}
