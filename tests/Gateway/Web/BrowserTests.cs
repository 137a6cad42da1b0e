using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Fleet.Virtual.Demo;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Fleet.Tests.Gateway.Web;

/// <summary>The page as an operator's browser shows it.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task The_page_shows_the_sites_calls_a_sample_a_sample_and_curtails()
    {
        await using var rig = await GatewayRig.StartAloneAsync(sites: DemoSite.All);
        await using var browser = await GatewayBrowser.OpenAsync(rig.Url);
        await browser.UntilAsync("the three sites are drawn", "document.querySelectorAll('#sites section').length === 3");
        Assert.Equal("Ridge wind farm|Valley substation|Town edge rooms", await browser.EvaluateAsync("[...document.querySelectorAll('#sites h2')].map(h => h.textContent).join('|')"));
        Assert.Equal("SAMPLE PRICES", await browser.EvaluateAsync("document.querySelector('#source').textContent"));
        Assert.Equal("none", await browser.EvaluateAsync("getComputedStyle(document.querySelector('#link')).display"));
        Assert.Equal("0 / 20", await browser.EvaluateAsync("[...document.querySelectorAll('.tile')].at(-1).querySelector('b').textContent"));
        await browser.UntilAsync("the plan is drawn", "document.querySelector('#chart path.watts') && document.querySelector('#planline').textContent.startsWith('Plan of')");

        await browser.EvaluateAsync("(form => { form.site.value = 'town'; form.unit.value = 'kw'; form.target.value = '1.5'; form.reason.value = 'by mouse'; form.querySelector('button').click(); })(document.forms[0])");
        await browser.UntilAsync("the curtailment is listed", "document.querySelector('#curtailments tbody')?.textContent.includes('by mouse')");
        var made = Assert.Single(await rig.GetAsync<CurtailmentView[]>("curtailments"));
        Assert.Equal(("by mouse", 1_500, "town"), (made.Reason, made.RequestedWatts, made.Sites.Single().Site));
        await browser.UntilAsync("the site shows its cap", "document.querySelector('#sites').textContent.includes('curtailed to 1500 W')");

        await browser.EvaluateAsync("document.querySelector('#curtailments button').click()");
        await browser.UntilAsync("it is called off", "document.querySelector('#curtailments tbody').textContent.includes('ended')");
        foreach (var width in new[] { 1280, 390 })
            Assert.True(await browser.OverflowAtAsync(width) <= 0, $"the page runs over at a width of {width}");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_refusal_is_shown_beside_the_form_and_a_gateway_that_is_gone_says_so()
    {
        await using var rig = await GatewayRig.StartAloneAsync();
        await using var browser = await GatewayBrowser.OpenAsync(rig.Url);
        await browser.UntilAsync("the sites are drawn", "document.querySelectorAll('#sites section').length === 2");
        await browser.EvaluateAsync("(form => { form.noValidate = true; form.target.value = '130'; form.querySelector('button').click(); })(document.forms[0])");
        await browser.UntilAsync("the refusal shows", "document.querySelector('#refusal').textContent.startsWith('targetPercent is 130: give 0 to 100')");
        await rig.CurtailAsync(new { targetPercent = 90, durationSeconds = 600 });
        await browser.UntilAsync("the curtailment is listed", "document.querySelector('#curtailments button') !== null");
        await rig.StopGatewayAsync();
        await browser.EvaluateAsync("document.querySelector('#curtailments button').click()");
        await browser.UntilAsync("it says that calling off failed", "document.querySelector('#refusal').textContent.startsWith('The gateway does not answer')");
        await browser.UntilAsync("it says that the gateway is unreachable", "getComputedStyle(document.querySelector('#link')).display !== 'none'");
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_shown_with_its_failure()
    {
        await using var rig = await GatewayRig.StartAloneAsync();
        await using var browser = await GatewayBrowser.OpenAsync(rig.Url);
        await browser.UntilAsync("nothing is shown while it does", "document.querySelectorAll('#sites section').length === 2 && getComputedStyle(document.querySelector('#storage')).display === 'none'");
        await using var other = new SqliteConnection($"Data Source={Path.Combine(rig.DataFolder, "fleet.db")};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using (await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            rig.Part<Replanner>().Ask();
            await browser.UntilAsync("it is shown", "getComputedStyle(document.querySelector('#storage')).display !== 'none' && document.querySelector('#storage').title.includes('locked')");
        }
        await browser.UntilAsync("it is over", "getComputedStyle(document.querySelector('#storage')).display === 'none'");
    }
}
