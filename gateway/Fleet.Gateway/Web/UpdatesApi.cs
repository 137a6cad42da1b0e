using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Gateway.Web;

/// <summary>The update of a controller's firmware.</summary>
/// <param name="Site">The site.</param>
/// <param name="Controller">The controller.</param>
/// <param name="Version">The version of the new image.</param>
/// <param name="State">Sending, Starting, OnTrial, Confirmed, Returned, Refused or Lost.</param>
/// <param name="StoredBytes">Bytes the controller has stored.</param>
/// <param name="ImageBytes">Length of the image.</param>
/// <param name="Sha256">SHA-256 of the image.</param>
/// <param name="BeganAt">When it was asked for.</param>
/// <param name="Reason">What the controller said last against it, or why it was given up; may be empty.</param>
public sealed record UpdateView(
    string Site, string Controller, string Version, string State, int StoredBytes, int ImageBytes, string Sha256, DateTimeOffset BeganAt, string Reason);

/// <summary>Updates of the controllers' firmware by operators.</summary>
internal static class UpdatesApi
{
    private const int LongestVersion = 64;
    private const string ImageType = "application/octet-stream";
    private const string Route = "/sites/{site}/controllers/{controller}/update";

    public static void MapUpdates(this IEndpointRouteBuilder api)
    {
        api.MapPut(Route, PutAsync)
            .WithMetadata(new ImageSize())
            .Accepts<Stream>(ImageType).Produces<UpdateView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .WithSummary("Give a controller the firmware in the body, which it runs on trial for an hour");

        api.MapGet(Route, (string site, string controller, SiteHosts hosts) =>
                Refusal(site, controller, hosts) ?? (Find(hosts.Find(site)!, controller) is { } view ? Results.Ok(view) : NoUpdate(site, controller)))
            .Produces<UpdateView>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("What became of a controller's update");
    }

    private static async Task<IResult> PutAsync(
        string site, string controller, string version, HttpRequest request, SiteHosts hosts, DispatchRecord record, GatewayTime time, CancellationToken cancellation)
    {
        if (Refusal(site, controller, hosts) is { } unknown)
            return unknown;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        var image = body.ToArray();
        if (WrongIn(version, image) is { } wrong)
            return Problems.BadRequest(wrong);
        var host = hosts.Find(site)!;
        var update = new Update(new ControllerAddress(site, controller), version, image, time.GetUtcNow());
        if (host.Begin(update) is { } refusal)
            return Results.Problem(refusal, statusCode: StatusCodes.Status409Conflict, title: "Not taken up");
        await record.BeginAsync(update, "operator");
        return Results.Accepted($"/api/v1/sites/{site}/controllers/{controller}/update", Find(host, controller));
    }

    private static string? WrongIn(string version, byte[] image)
    {
        if (version.Length is 0 or > LongestVersion || version.Any(one => one is <= ' ' or > '~'))
            return $"version is '{Problems.Shortened(version)}': give what the new firmware calls itself, such as 0.2.0.";
        if (image.Length is 0 or > Update.LongestImageBytes)
            return $"The image has {image.Length} bytes: give 1 to {Update.LongestImageBytes}.";
        return DeviceImage.WrongIn(image);
    }

    private static IResult? Refusal(string site, string controller, SiteHosts hosts)
    {
        if (hosts.Find(site) is not { } host)
            return Problems.NoSite(site, hosts);
        return host.Site.TryIndexOf(controller, out _) ? null : Results.Problem(
            $"Site {site} has no controller '{Problems.Shortened(controller)}'. It has: {string.Join(", ", host.Site.Controllers.Select(one => one.Address.Controller))}.",
            statusCode: StatusCodes.Status404NotFound, title: "No such controller");
    }

    private static UpdateView? Find(SiteHost host, string controller) => host.Look(dispatch => dispatch.Updates.Find(controller) is { } update
        ? new UpdateView(
            update.Address.Site, update.Address.Controller, update.Version, update.State.ToString(), update.StoredBytes, update.ImageBytes, update.Sha256,
            update.BeganAt, update.Reason)
        : null);

    private static IResult NoUpdate(string site, string controller) => Results.Problem(
        $"No update of {site}/{controller} was asked for since the gateway started. One that was under way then goes on when it is asked for again.",
        statusCode: StatusCodes.Status404NotFound, title: "No such update");

    /// <summary>An image may be longer than what else is sent here.</summary>
    private sealed class ImageSize : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Update.LongestImageBytes;
    }
}
