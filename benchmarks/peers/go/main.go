// Go's own net/http and encoding/json, validation written out.
// benchmark PORT
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
)

const count = 1000

type item struct {
	Name  *string   `json:"name"`
	Price *float64  `json:"price"`
	Tags  *[]string `json:"tags"`
	Stock *int      `json:"stock"`
}

type itemOut struct {
	ID    int      `json:"id"`
	Name  string   `json:"name"`
	Price float64  `json:"price"`
	Tags  []string `json:"tags"`
}

type itemQuery struct {
	ItemID int     `json:"item_id"`
	Q      *string `json:"q"`
	Limit  int     `json:"limit"`
}

func main() {
	models, dicts := rows()
	mux := http.NewServeMux()
	mux.HandleFunc("/", only(http.MethodGet, root))
	mux.HandleFunc("/items/", only(http.MethodGet, readItem))
	mux.HandleFunc("/items", only(http.MethodPost, createItem))
	mux.HandleFunc("/models", only(http.MethodGet, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, models)
	}))
	mux.HandleFunc("/dicts", only(http.MethodGet, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, dicts)
	}))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], mux))
}

func rows() ([]itemOut, []map[string]any) {
	models := make([]itemOut, count)
	dicts := make([]map[string]any, count)
	for id := range models {
		one := itemOut{id, fmt.Sprintf("item %d", id), float64(id) + 0.5, []string{"a", "b"}}
		models[id] = one
		dicts[id] = map[string]any{"id": one.ID, "name": one.Name, "price": one.Price, "tags": one.Tags}
	}
	return models, dicts
}

func only(method string, handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			refuse(w, http.StatusMethodNotAllowed, errors.New("method not allowed"))
			return
		}
		handle(w, r)
	}
}

func root(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		refuse(w, http.StatusNotFound, errors.New("not found"))
		return
	}
	answer(w, http.StatusOK, map[string]string{"message": "Hello"})
}

func readItem(w http.ResponseWriter, r *http.Request) {
	query := itemQuery{Limit: 10}
	var err error
	if query.ItemID, err = strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/items/")); err != nil {
		refuse(w, http.StatusUnprocessableEntity, err)
		return
	}
	values := r.URL.Query()
	if values.Has("q") {
		q := values.Get("q")
		query.Q = &q
	}
	if values.Has("limit") {
		if query.Limit, err = strconv.Atoi(values.Get("limit")); err != nil {
			refuse(w, http.StatusUnprocessableEntity, err)
			return
		}
	}
	answer(w, http.StatusOK, query)
}

func createItem(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	var in item
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(w, http.StatusUnprocessableEntity, err)
		return
	}
	if in.Name == nil || in.Price == nil {
		refuse(w, http.StatusUnprocessableEntity, errors.New("name and price are required"))
		return
	}
	tags := []string{}
	if in.Tags != nil {
		tags = *in.Tags
	}
	answer(w, http.StatusOK, itemOut{1, *in.Name, *in.Price, tags})
}

func answer(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}

func refuse(w http.ResponseWriter, status int, err error) {
	answer(w, status, map[string]string{"detail": err.Error()})
}
