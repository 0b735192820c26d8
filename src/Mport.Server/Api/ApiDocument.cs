using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mport.Server.Accounts;

namespace Mport.Server.Api;

/// <summary>The API's description in OpenAPI 3.1. It says nothing of this edge in particular, so that the copy in git is the same for all.</summary>
internal static class ApiDocument
{
    /// <summary>Where it is served.</summary>
    public const string Path = "/openapi/v1.json";

    /// <summary>What the framework knows it by.</summary>
    public const string Name = "v1";

    private const string Scheme = "token";

    /// <summary>Adds what makes it.</summary>
    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = static description => ApiRequests.IsApi("/" + description.RelativePath);
        options.AddDocumentTransformer(DescribeAsync);
        options.AddOperationTransformer(ApiOperation.DescribeAsync);
        options.AddSchemaTransformer(ApiSchemas.DescribeAsync);
    });

    /// <summary>How an operation says that it needs a token with these scopes.</summary>
    public static OpenApiSecurityRequirement Needs(OpenApiDocument document, TokenScopes scopes) =>
        new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [.. scopes.ToNames()] };

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Mport",
            Version = "v1",
            Description = "Everything that an edge of Mport keeps: tunnels, clients, tokens, accounts. Failures are problem details (RFC 9457) with a stable code; docs/errors.md explains each.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "mpt_…",
                Description = "An access token. What an operation needs of it is named with the operation.",
            },
        };
        document.Tags = document.Tags is { } tags ? new SortedSet<OpenApiTag>(tags, Comparer<OpenApiTag>.Create(static (a, b) => string.CompareOrdinal(a.Name, b.Name))) : null;
        return Task.CompletedTask;
    }
}
