using System.Linq;
using Fleet.Gateway.Dispatch;
using Microsoft.AspNetCore.Http;

namespace Fleet.Gateway.Web;

/// <summary>Errors as RFC 9457 problem objects: what is wrong, where, and what to do.</summary>
internal static class Problems
{
    /// <summary>The request asks for a site that is not configured.</summary>
    public static IResult NoSite(string id, SiteHosts hosts) => Results.Problem(
        $"There is no site '{id}'. The sites are: {string.Join(", ", hosts.All.Select(host => host.Site.Id))}.",
        statusCode: StatusCodes.Status404NotFound, title: "No such site");

    /// <summary>The request cannot be understood or carried out.</summary>
    public static IResult BadRequest(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "Bad request");
}
