using System.Text;
using System.Text.Json;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>What is wrong with a body, in our words and by JSON pointer: the framework's own would tell of our types.</summary>
internal static class JsonFault
{
    private const int MaxPointer = 200;

    /// <summary>The problem for a body that is no JSON, or not of the record's form.</summary>
    public static ApiProblem ToProblem(JsonException error, ReadOnlyMemory<byte> body)
    {
        var (status, detail) = IsJson(body)
            ? error.Message.Contains("could not be mapped", StringComparison.Ordinal)
                ? (StatusCodes.Status422UnprocessableEntity, "The API does not know this member.")
                : error.Message.Contains("missing required", StringComparison.Ordinal)
                    ? (StatusCodes.Status422UnprocessableEntity, "A required member is missing.")
                    : (StatusCodes.Status422UnprocessableEntity, "The value has the wrong type.")
            : (StatusCodes.Status400BadRequest, "The body is not JSON, has a member twice, or is nested too deeply.");
        var pointer = ToPointer(error.Path);
        return ApiProblem.Of(status, ApiErrors.RequestInvalid, $"{(pointer.Length == 0 ? "" : pointer + ": ")}{detail}") with { Errors = [new FieldError(pointer, detail)] };
    }

    // "$.labels.env[0]" or "$['a.b']" to "/labels/env/0", "/a.b".
    private static string ToPointer(string? path)
    {
        if (path is null or "$" || path[0] != '$')
        {
            return "";
        }

        var pointer = new StringBuilder();
        for (var i = 1; i < path.Length && pointer.Length < MaxPointer;)
        {
            string name;
            if (path[i] == '[')
            {
                var quoted = i + 1 < path.Length && path[i + 1] == '\'';
                var end = quoted ? path.LastIndexOf("']", StringComparison.Ordinal) : path.IndexOf(']', i);
                end = end < 0 ? path.Length : end;
                var start = Math.Min(quoted ? i + 2 : i + 1, end);
                name = path[start..end];
                i = Math.Min(path.Length, end + (quoted ? 2 : 1));
            }
            else
            {
                var start = path[i] == '.' ? i + 1 : i;
                var end = path.AsSpan(start).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : start + end;
                name = path[start..end];
                i = Math.Max(end, i + 1);
            }

            pointer.Append('/').Append(name.Replace("~", "~0").Replace("/", "~1"));
        }

        return pointer.Length <= MaxPointer ? pointer.ToString() : pointer.ToString(0, MaxPointer);
    }

    private static bool IsJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var _ = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
