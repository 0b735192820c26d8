using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;
using Mport.Protocol.Errors;

namespace Mport.Server.Api;

/// <summary>What an endpoint takes as its body. Stated with <c>.Takes&lt;T&gt;()</c> or <c>.TakesPatch&lt;T&gt;()</c>; read before the endpoint runs.</summary>
/// <param name="type">The record.</param>
/// <param name="isPatch">Whether the body is a merge patch on it.</param>
/// <param name="options">The API's JSON.</param>
internal sealed class ApiBody(Type type, bool isPatch, JsonSerializerOptions options) : IAcceptsMetadata
{
    /// <summary>Bytes of a body at most.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly JsonTypeInfo _typeInfo = options.GetTypeInfo(type);

    /// <summary>Whether the body is a merge patch.</summary>
    public bool IsPatch { get; } = isPatch;

    /// <inheritdoc />
    public IReadOnlyList<string> ContentTypes { get; } = isPatch ? ["application/merge-patch+json", "application/json"] : ["application/json"];

    /// <inheritdoc />
    public Type? RequestType { get; } = type;

    /// <inheritdoc />
    public bool IsOptional => false;

    /// <summary>Makes a record of the bytes, or says what is wrong with them.</summary>
    public (ApiBodyContent? Content, ApiProblem? Problem) Read(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            return (null, Malformed("", "The body is not UTF-8."));
        }

        try
        {
            if (IsPatch)
            {
                using var patch = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = options.MaxDepth, AllowDuplicateProperties = false });
                return patch.RootElement.ValueKind is JsonValueKind.Object
                    ? (new ApiBodyContent(bytes, bytes), null)
                    : (null, Malformed("", "A merge patch is a JSON object."));
            }

            return JsonSerializer.Deserialize(bytes.Span, _typeInfo) is { } value
                ? (new ApiBodyContent(bytes, value), null)
                : (null, Malformed("", "The body is null."));
        }
        catch (JsonException error)
        {
            return (null, JsonFault.ToProblem(error, bytes));
        }
    }

    /// <summary>Applies a merge patch, which was read before, to a record.</summary>
    public (object? Value, ApiProblem? Problem) Merge(object current, ReadOnlyMemory<byte> patch)
    {
        var target = JsonSerializer.SerializeToNode(current, _typeInfo);
        var merged = MergePatch.Apply(target, JsonNode.Parse(patch.Span));
        try
        {
            return (merged?.Deserialize(_typeInfo), null);
        }
        catch (JsonException error)
        {
            return (null, JsonFault.ToProblem(error, patch));
        }
    }

    private static ApiProblem Malformed(string pointer, string detail) =>
        ApiProblem.Of(StatusCodes.Status400BadRequest, ApiErrors.RequestInvalid, detail) with { Errors = [new FieldError(pointer, detail)] };
}

/// <summary>How endpoints state it.</summary>
internal static class ApiBodyStatements
{
    /// <summary>The endpoint takes this record, as a parameter <see cref="Body{T}"/>.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint)
        where T : class => endpoint.State(typeof(T), isPatch: false);

    /// <summary>The endpoint takes a merge patch on this record, as a parameter <see cref="Patch{T}"/>.</summary>
    public static RouteHandlerBuilder TakesPatch<T>(this RouteHandlerBuilder endpoint)
        where T : class => endpoint.State(typeof(T), isPatch: true);

    private static RouteHandlerBuilder State(this RouteHandlerBuilder endpoint, Type type, bool isPatch)
    {
        endpoint.Add(builder => builder.Metadata.Add(new ApiBody(
            type, isPatch, builder.ApplicationServices.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions)));
        return endpoint;
    }
}
