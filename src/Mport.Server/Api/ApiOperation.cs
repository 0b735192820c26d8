using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mport.Server.Accounts;

namespace Mport.Server.Api;

/// <summary>What the framework cannot tell of an operation: whom it is for, what its list takes, how it fails.</summary>
internal static class ApiOperation
{
    /// <summary>Completes an operation.</summary>
    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (context.Document is not { } document || metadata.OfType<ApiNeeds>().LastOrDefault() is not { } needs)
        {
            return;
        }

        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemAnswer), parameterDescription: null, cancellationToken);
        document.AddComponent("Problem", problem);
        operation.Parameters ??= [];
        operation.Responses ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
        {
            parameter.Description ??= "The object's id.";
        }

        // The framework takes a query's names from the properties that they fill; the edge takes them in any case.
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(p => p is { In: ParameterLocation.Query, Name: not null }))
        {
            parameter.Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name ?? "");
        }

        DescribeCaller(operation, document, needs);
        DescribeList(operation, metadata.OfType<ListRules>().LastOrDefault());
        DescribeBody(operation, metadata.OfType<ApiBody>().LastOrDefault());
        DescribeMethod(operation, context.Description.HttpMethod ?? "");
        var failures = Failures(operation, context.Description.HttpMethod ?? "", needs, metadata.OfType<ApiBody>().Any(), metadata.OfType<ListRules>().Any());
        foreach (var status in failures.Union(metadata.OfType<ApiRefusals>().SelectMany(refusals => refusals.Statuses)))
        {
            operation.Responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType> { [ApiProblem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference("Problem", document) } },
            };
        }
    }

    private static void DescribeCaller(OpenApiOperation operation, OpenApiDocument document, ApiNeeds needs)
    {
        if (!needs.Caller)
        {
            operation.Security = [];
            return;
        }

        operation.Security = [ApiDocument.Needs(document, needs.Scopes)];
        var scope = needs.Scopes == TokenScopes.None ? "Any good token will do." : $"Needs the scope `{TokenScopeNames.ToText(needs.Scopes)}`.";
        operation.Description = needs.Admin ? $"For administrators. {scope}" : scope;
        if (needs.Admin)
        {
            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            operation.Extensions["x-mport-role"] = new JsonNodeExtension(JsonValue.Create("admin"));
        }
    }

    private static void DescribeList(OpenApiOperation operation, ListRules? rules)
    {
        if (rules is null)
        {
            return;
        }

        var sorts = rules.Sorts.Select(sort => sort.TrimStart('-')).SelectMany(sort => (string[])[sort, "-" + sort]);
        operation.Parameters?.Add(Query("limit", "Rows of the page.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200", Default = JsonValue.Create(ListRules.DefaultLimit) }));
        operation.Parameters?.Add(Query("cursor", "next_cursor of the page before, with the same sort and q.", new OpenApiSchema { Type = JsonSchemaType.String }));
        operation.Parameters?.Add(Query("sort", "The order; a minus for descending.", new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. sorts.Select(sort => (JsonNode)JsonValue.Create(sort))],
            Default = JsonValue.Create(rules.Sorts[0]),
        }));
        operation.Parameters?.Add(Query("q", "A text to search for.", new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = ListRules.MaxSearch }));
    }

    private static void DescribeBody(OpenApiOperation operation, ApiBody? body)
    {
        if (body is null || operation.RequestBody?.Content is not { } content || operation.OperationId is not { } id)
        {
            return;
        }

        foreach (var type in content.Values.OfType<OpenApiMediaType>())
        {
            type.Example = ApiExamples.Of(id);
        }
    }

    private static void DescribeMethod(OpenApiOperation operation, string method)
    {
        if (method is "PATCH" or "PUT")
        {
            operation.Parameters?.Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = method == "PUT",
                Description = "The ETag of what was read: the change is refused where somebody else was faster.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        else if (method == "POST")
        {
            operation.Parameters?.Add(new OpenApiParameter
            {
                Name = "Idempotency-Key",
                In = ParameterLocation.Header,
                Description = "A text of your own, new for each new request: the same request sent again does nothing again, and gets the same answer for 24 hours.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
            });
        }
    }

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema) => new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private static IEnumerable<int> Failures(OpenApiOperation operation, string method, ApiNeeds needs, bool hasBody, bool isList)
    {
        var named = operation.Parameters?.Any(p => p.In == ParameterLocation.Path) == true;
        (int Status, bool Applies)[] all =
        [
            (400, hasBody || isList), (401, needs.Caller), (403, needs.Caller), (404, named), (409, method is "POST" or "PATCH" or "PUT"), (412, method is "PATCH" or "PUT"),
            (413, hasBody), (415, hasBody), (422, hasBody || method == "POST"), (428, method == "PUT"), (429, true), (500, true), (503, true),
        ];
        return all.Where(failure => failure.Applies).Select(failure => failure.Status);
    }
}
