using System;
using Fleet.Gateway.Market;
using NodaTime;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

public sealed class LocalDayTests
{
    [Theory]
    [InlineData("Europe/Berlin", 2024, 3, 31, 92)]
    [InlineData("Europe/Berlin", 2024, 6, 1, 96)]
    [InlineData("Europe/Berlin", 2024, 10, 27, 100)]
    [InlineData("America/Chicago", 2024, 3, 10, 92)]
    [InlineData("America/Chicago", 2024, 11, 3, 100)]
    [InlineData("Asia/Tokyo", 2024, 3, 31, 96)]
    [InlineData("Africa/Cairo", 2024, 4, 26, 92)]
    public void A_local_day_has_92_96_or_100_slots(string zone, int year, int month, int day, int slots)
    {
        var localDay = new LocalDay(new LocalDate(year, month, day), DateTimeZoneProviders.Tzdb[zone]);

        Assert.Equal(slots, localDay.SlotCount);
        Assert.Equal(slots, localDay.SlotStarts().Count);
        Assert.Equal(localDay.StartUtc, localDay.SlotStarts()[0]);
        Assert.Equal(localDay.EndUtc, localDay.SlotStarts()[^1] + Slot.Duration);
    }

    [Fact]
    public void The_local_days_of_a_year_join_without_gap_or_overlap()
    {
        DateTimeZone zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
        int slots = 0;
        var day = new LocalDay(new LocalDate(2024, 1, 1), zone);
        for (int index = 0; index < 366; index++)
        {
            var next = new LocalDay(day.Date.PlusDays(1), zone);
            Assert.Equal(day.EndUtc, next.StartUtc);
            slots += day.SlotCount;
            day = next;
        }
        Assert.Equal(366 * 96, slots);
    }

    [Fact]
    public void An_instant_falls_on_the_day_the_people_at_the_site_name()
    {
        var instant = new DateTimeOffset(2024, 7, 1, 22, 30, 0, TimeSpan.Zero);

        Assert.Equal(new LocalDate(2024, 7, 2), LocalDay.At(instant, DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date);
        Assert.Equal(new LocalDate(2024, 7, 1), LocalDay.At(instant, DateTimeZoneProviders.Tzdb["America/Chicago"]).Date);
    }

    [Fact]
    public void A_slot_begins_on_the_quarter_of_an_hour()
    {
        var instant = new DateTimeOffset(2024, 7, 1, 14, 44, 59, TimeSpan.FromHours(2));

        Assert.Equal(new DateTimeOffset(2024, 7, 1, 12, 30, 0, TimeSpan.Zero), Slot.Floor(instant));
        Assert.Equal(TimeSpan.Zero, Slot.Floor(instant).Offset);
    }
}
