using System;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>The newest update of each controller of a site. A gateway that restarts forgets them; asked again, a controller goes on where it was.</summary>
public sealed class UpdateBook
{
    private readonly Site _site;
    private readonly string _prefix;
    private readonly Update?[] _current;
    private readonly Update?[] _told;
    private int _count;

    /// <summary>An empty book; <paramref name="prefix"/> makes the ids of its commands unique across restarts of the gateway.</summary>
    public UpdateBook(Site site, string prefix)
    {
        _site = site;
        _prefix = prefix;
        _current = new Update?[site.Controllers.Count];
        _told = new Update?[site.Controllers.Count];
    }

    /// <summary>The newest update of a controller; null when there was none since the gateway's start.</summary>
    public Update? Find(string controller) => _site.TryIndexOf(controller, out var index) ? _current[index] : null;

    /// <summary>Takes up an update, in place of one that has not come to run yet; answers why not, null when it is taken up.</summary>
    public string? Begin(Update update, SiteImage image)
    {
        if (!_site.TryIndexOf(update.Address.Controller, out var index))
            return $"{update.Address} is not one of the site's controllers.";
        var controller = image.Controllers[index];
        if (!controller.IsOnline)
            return $"{update.Address} is not connected: an update begins when it is.";
        if (controller.Hello!.Firmware == update.Version)
            return $"{update.Address} runs {update.Version} already.";
        if (_current[index] is { State: UpdateState.OnTrial } running)
            return $"{update.Address} has {running.Version} on trial: wait until it is confirmed.";
        _count++;
        _current[index] = update;
        return null;
    }

    internal void Take(int controller, AckReport ack) => _current[controller]?.Take(ack);

    internal void Turn(SiteImage image, DateTimeOffset now, Orders orders)
    {
        for (var i = 0; i < _current.Length; i++)
        {
            if (_current[i] is not { } update || _told[i] == update)
                continue;
            if (!update.IsOver)
                update.Turn(image.Controllers[i], $"{_prefix}{_count}-{i}-", now, orders);
            if (!update.IsOver)
                continue;
            _told[i] = update;
            orders.EndedUpdates.Add(update);
        }
    }
}
