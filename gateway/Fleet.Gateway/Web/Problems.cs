using System.Linq;
using Fleet.Gateway.Dispatch;
using Microsoft.AspNetCore.Http;

namespace Fleet.Gateway.Web;

/// <summary>Errors as RFC 9457 problem objects: what is wrong, where, and what to do.</summary>
internal static class Problems
{
    /// <summary>Longest body taken: a curtailment with every field takes 400 bytes.</summary>
    public const int LongestBodyBytes = 16 * 1024;

    private const int LongestEcho = 64;

    /// <summary>The request asks for a site that is not configured.</summary>
    public static IResult NoSite(string id, SiteHosts hosts) => Results.Problem(
        $"There is no site '{Shortened(id)}'. The sites are: {string.Join(", ", hosts.All.Select(host => host.Site.Id))}.",
        statusCode: StatusCodes.Status404NotFound, title: "No such site");

    /// <summary>The request cannot be understood or carried out.</summary>
    public static IResult BadRequest(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "Bad request");

    /// <summary>Says what to do where the web server itself has refused a request.</summary>
    public static void Explain(ProblemDetailsContext problem)
    {
        var request = problem.HttpContext.Request;
        problem.ProblemDetails.Detail ??= problem.ProblemDetails.Status switch
        {
            StatusCodes.Status404NotFound => $"There is nothing at {Shortened(request.Path)}: /openapi/v1.json lists what there is.",
            StatusCodes.Status405MethodNotAllowed => $"{Shortened(request.Path)} does not take {Shortened(request.Method)}: /openapi/v1.json lists what it takes.",
            StatusCodes.Status413PayloadTooLarge => $"The body is too long: at most {LongestBodyBytes} bytes are taken.",
            StatusCodes.Status415UnsupportedMediaType => "The body is not said to be JSON: send the header content-type: application/json.",
            StatusCodes.Status500InternalServerError => "The gateway failed at this request; its log says why.",
            _ => null,
        };
    }

    /// <summary>The beginning of what a request said, to repeat it.</summary>
    public static string Shortened(string? text) => text is { Length: > LongestEcho } ? text[..LongestEcho] + "…" : text ?? "";
}
