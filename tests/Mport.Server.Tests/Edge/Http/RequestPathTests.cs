using Mport.Server.Edge.Http;

namespace Mport.Server.Tests.Edge.Http;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/api/x?y=/../z", "/api/x")]
    [InlineData("//api", "/api")]
    [InlineData("/a/../api", "/api")]
    [InlineData("/a/%2e%2e/api", "/api")]
    [InlineData("/a/..%2fapi", "/api")]
    [InlineData("/%61pi/x", "/api/x")]
    [InlineData("/./api/", "/api/")]
    [InlineData("/api/.", "/api/")]
    [InlineData("/api/..", "/")]
    [InlineData("/../../..", "/")]
    [InlineData("/a/..\\api", "/api")]
    [InlineData("/%2561pi", "/%61pi")]
    [InlineData("/%zz/%4", "/%zz/%4")]
    [InlineData("http://app.edge.test/api?x", "/api")]
    [InlineData("http://app.edge.test?x", "/")]
    [InlineData("*", "/")]
    public void Target_HasOneForm(string target, string path) => Assert.Equal(path, RequestPath.Of(target));
}
