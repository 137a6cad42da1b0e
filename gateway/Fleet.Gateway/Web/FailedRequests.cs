using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Fleet.Gateway.Web;

/// <summary>Answers requests that failed before or in their handler, in the same form as every other problem.</summary>
internal sealed class FailedRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellation)
    {
        IResult? answer = exception switch
        {
            BadHttpRequestException bad => Results.Problem(WhyOf(bad), statusCode: bad.StatusCode, title: "Bad request"),
            StorageException storage => Results.Problem(
                $"The database does not take it: {storage.Message} Nothing was changed; try again once it does.",
                statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not written down"),
            _ => null,
        };
        if (answer is null)
            return false;
        await answer.ExecuteAsync(context);
        return true;
    }

    private static string WhyOf(BadHttpRequestException bad)
    {
        if (bad.Message.Contains("no body was provided"))
            return "The body is missing: send a JSON object. See /openapi/v1.json for its fields.";
        if (bad.InnerException is not JsonException json)
            return $"{bad.Message.TrimEnd('.').Replace("Nullable<int> ", "")}. See /openapi/v1.json for what goes there.";
        var place = json.Path is { Length: > 0 } path ? $"at {path}" : $"on line {json.LineNumber + 1}";
        return $"The body cannot be understood {place}: not JSON, a field that does not exist or comes twice, or a value of another type or out of its range. Times end in Z or an offset. See /openapi/v1.json for the fields.";
    }
}
