namespace Mport.Server.Api;

/// <summary>A request's body, read and of the right form (<see cref="ApiBody"/>). A handler takes it as a parameter.</summary>
/// <param name="Value">The record.</param>
internal sealed record Body<T>(T Value)
    where T : class
{
    /// <summary>For the framework: the body that <see cref="ApiGate"/> has read.</summary>
    public static ValueTask<Body<T>?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<ApiBodyContent>() is { } content ? new Body<T>((T)content.Value) : null);
}

/// <summary>A merge patch (RFC 7396), to be applied to the record as it is. A handler takes it as a parameter.</summary>
internal sealed class Patch<T>
    where T : class
{
    private readonly ApiBodyContent _content;
    private readonly ApiBody _body;

    private Patch(ApiBodyContent content, ApiBody body)
    {
        _content = content;
        _body = body;
    }

    /// <summary>The record with the patch applied; or what in the patch cannot be.</summary>
    public (T? Patched, ApiProblem? Problem) Apply(T current)
    {
        var (value, problem) = _body.Merge(current, _content.Bytes);
        return (value as T, problem);
    }

    /// <summary>For the framework: the body that <see cref="ApiGate"/> has read.</summary>
    public static ValueTask<Patch<T>?> BindAsync(HttpContext context) => ValueTask.FromResult(
        context.Features.Get<ApiBodyContent>() is { } content && context.GetEndpoint()?.Metadata.GetMetadata<ApiBody>() is { } body ? new Patch<T>(content, body) : null);
}

/// <summary>What was read: a feature of the request.</summary>
/// <param name="Bytes">As it came.</param>
/// <param name="Value">The record; for a merge patch, the bytes again.</param>
internal sealed record ApiBodyContent(ReadOnlyMemory<byte> Bytes, object Value);
